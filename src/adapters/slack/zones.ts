// The zones of a rollout: a plan with a card each, or lines with bars for a Slack that does not take plans.

import { duration } from '../../core/phrases.ts'
import type { ChatRollout } from '../../core/project-chat.ts'
import { type Count, sumCounts, type ZoneReport } from '../../core/report-hosts.ts'
import { hasEnded, type RolloutPhase } from '../../core/rollout.ts'
import { type Block, markup } from './blocks.ts'
import { code, plain } from './escape.ts'
import { progressOf, unwellOf } from './words.ts'

/** More cards than this nobody reads; the worst zones are shown first then. */
const MOST_ZONES = 16
const CELLS = 10

type Status = 'pending' | 'in_progress' | 'complete' | 'error'

export function zoneCards({ zones, hosts, phase }: ChatRollout): Block {
  const { shown, rest } = split(zones, phase)
  const cards = shown.map((zone, index) =>
    card(`zone-${index}`, `${plain(zone.name, 40)}: ${zoneWords(zone, phase)}`, statusOf(zone.hosts, phase)),
  )
  const others =
    rest && card('zone-others', `${rest.zones} other zones: ${progressOf(rest.hosts)}`, statusOf(rest.hosts, phase))
  return { type: 'plan', title: progressOf(hosts), tasks: [...cards, ...(others ? [others] : [])] }
}

export function zoneLines({ zones, hosts, phase }: ChatRollout): Block {
  const { shown, rest } = split(zones, phase)
  return markup([
    `*${progressOf(hosts)}*`,
    ...shown.map(
      (zone) =>
        `${GLYPHS[statusOf(zone.hosts, phase)]} ${code(zone.name, 40)} ${bar(zone.hosts)} ${zoneWords(zone, phase)}`,
    ),
    ...(rest ? [`${GLYPHS[statusOf(rest.hosts, phase)]} ${rest.zones} other zones: ${progressOf(rest.hosts)}`] : []),
  ])
}

function card(id: string, title: string, status: Status) {
  return { type: 'task_card' as const, task_id: id, title, status }
}

/** `16/40 done · 2 failed (halts at 3) · 4 at work · about 4m left`. */
function zoneWords({ hosts: count, budget, etaMs }: ZoneReport, phase: RolloutPhase): string {
  const bad = [
    ...(count.failed > 0 ? [`${count.failed} failed`] : []),
    ...(count.unreachable > 0 ? [`${count.unreachable} unreachable`] : []),
    ...(count.unknown > 0 ? [`${count.unknown} out of sight`] : []),
  ]
  const halts = budget && bad.length > 0 && !hasEnded(phase) ? ` (halts at ${budget.haltsAt})` : ''
  return [
    `${count.succeeded}/${count.planned} done`,
    ...(bad.length > 0 ? [`${bad.join(', ')}${halts}`] : []),
    ...(count.running > 0 ? [`${count.running} at work`] : []),
    ...(count.skipped > 0 ? [`${count.skipped} skipped`] : []),
    ...(etaMs === undefined ? [] : [`about ${duration(etaMs)} left`]),
  ].join(' · ')
}

/** Slack turns a wheel for what is in progress: not where nothing moves. */
function statusOf(count: Count, phase: RolloutPhase): Status {
  if (unwellOf(count) > 0) return 'error'
  if (count.succeeded + count.skipped === count.planned) return 'complete'
  const moves = phase === 'running' || phase === 'halting'
  return moves && count.running + count.succeeded > 0 ? 'in_progress' : 'pending'
}

const GLYPHS: Readonly<Record<Status, string>> = { pending: '⚪', in_progress: '🔵', complete: '🟢', error: '🔴' }

/** Never full before the last host is done. */
function bar({ succeeded, planned }: Count): string {
  const cells = Math.floor((succeeded / Math.max(1, planned)) * CELLS)
  return '▰'.repeat(cells) + '▱'.repeat(CELLS - cells)
}

/** All zones in the plan's order; of too many, those that most want to be looked at. */
function split(
  zones: readonly ZoneReport[],
  phase: RolloutPhase,
): { shown: readonly ZoneReport[]; rest?: { zones: number; hosts: Count } } {
  if (zones.length <= MOST_ZONES) return { shown: zones }
  const chosen = new Set(
    [...zones].sort((a, b) => RANKS[statusOf(a.hosts, phase)] - RANKS[statusOf(b.hosts, phase)]).slice(0, MOST_ZONES),
  )
  const others = zones.filter((zone) => !chosen.has(zone))
  return {
    shown: zones.filter((zone) => chosen.has(zone)),
    rest: { zones: others.length, hosts: sumCounts(others.map((zone) => zone.hosts)) },
  }
}

const RANKS: Readonly<Record<Status, number>> = { error: 0, in_progress: 1, pending: 2, complete: 3 }
