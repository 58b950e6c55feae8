// Tells a rollout in the log while it runs: a line a zone whenever its counts changed, each failure at once, and in the end what
// happened in each zone, host by host, folded away. It reads pages and knows no runner but its log.

import { approvalWords } from '../../src/core/approval.ts'
import { listed } from '../../src/core/phrases.ts'
import { unwellOf } from '../../src/core/project-headline.ts'
import type { HostRow, RolloutPage } from '../../src/core/report-rollout-page.ts'
import type { RunnerLog } from './runner-log.ts'

/** Failures told one by one; the others are in the zone's lines at the end. */
const MOST_TOLD = 50
/** Of a zone, at the end. */
const MOST_LINES = 500

export type Narrator = { look(page: RolloutPage): void; end(): void }

/** `now`: ms since 1970. */
export function openNarrator(log: RunnerLog, now: () => number): Narrator {
  const zones = new Map<string, { title: string; lines: string[] }>()
  const seen = new Map<number, string>()
  let rollout = ''
  let phase = ''
  let told = 0
  const note = (page: RolloutPage, row: HostRow) => {
    const zone = zones.get(page.zones[row[1]] ?? '')
    zone?.lines.push(`${timeOf(now())} ${row[0]}: ${stateOf(page, row)}`)
    if (!FAILED.has(row[2])) return
    told += 1
    if (told <= MOST_TOLD) log.say(`✗ ${page.zones[row[1]]} ${row[0]}: ${stateOf(page, row)}`)
  }
  const end = () => {
    for (const { title, lines } of zones.values()) {
      const more = lines.length - MOST_LINES
      if (lines.length > 0)
        log.group(title, more > 0 ? [...lines.slice(0, MOST_LINES), `and ${more} changes more`] : lines)
    }
    zones.clear()
    seen.clear()
  }
  return {
    end,
    look(page) {
      const { report } = page
      if (report.rollout !== rollout) {
        end()
        phase = ''
      }
      rollout = report.rollout
      for (const zone of page.zones) if (!zones.has(zone)) zones.set(zone, { title: zone, lines: [] })
      page.hosts.forEach((row, index) => {
        const state = JSON.stringify(row.slice(2))
        const before = seen.get(index)
        seen.set(index, state)
        if (before !== state && (before !== undefined || row[2] !== 'queued')) note(page, row)
      })
      const words = phaseWords(page)
      if (words !== phase) log.say(words)
      phase = words
      for (const each of report.zones) {
        const zone = zones.get(each.name)
        const title = `${each.name}: ${countWords(each.hosts)}`
        if (zone && zone.title !== title && each.hosts.queued < each.hosts.planned) log.say(title)
        if (zone) zone.title = title
      }
    },
  }
}

const FAILED: ReadonlySet<string> = new Set(['failed', 'unreachable', 'unknown'])

function phaseWords({ report }: RolloutPage): string {
  const { stage, phase, rollout, approvals } = report
  if (phase === 'unapproved' && approvals) return `${phase}: ${approvalWords(approvals)}: ${report.kind} ${rollout}`
  return `${phase}${stage ? `, stage ${stage.number} of ${stage.of} (${stage.name})` : ''}: ${report.kind} ${rollout}`
}

function countWords(count: RolloutPage['report']['hosts']): string {
  const parts = [`${count.succeeded} of ${count.planned} done`]
  if (count.running > 0) parts.push(`${count.running} running`)
  if (unwellOf(count) > 0) parts.push(`${unwellOf(count)} not well`)
  if (count.skipped > 0) parts.push(`${count.skipped} skipped`)
  return listed({ count: parts.length, names: parts })
}

function stateOf({ signatures }: RolloutPage, [, , phase, attempt, step, signature]: HostRow): string {
  const at = step ? ` (${step})` : ''
  const why = signature === undefined ? '' : `: ${signatures[signature]}`
  return `${phase}${at}${attempt > 1 ? `, attempt ${attempt}` : ''}${why}`
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19)
}
