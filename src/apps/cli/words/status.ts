// A rollout on a terminal: a line per zone, the failures in groups, and what to type next.

import { approvalWords } from '../../../core/approval.ts'
import { haltWords } from '../../../core/explain-halt.ts'
import { duration, hosts, listed } from '../../../core/phrases.ts'
import type { RolloutReport } from '../../../core/report.ts'
import type { FailureGroup } from '../../../core/report-failures.ts'
import type { Count } from '../../../core/report-hosts.ts'
import type { RolloutPhase } from '../../../core/rollout.ts'
import { indent, type Line, type Piece, type Style, short, styled, table } from '../screen/line.ts'
import { nextLines } from './next.ts'
import { ago } from './times.ts'

/** `now`: ms since 1970, for ages and for what is left of a bake. */
export function statusLines(report: RolloutReport, now: number): Line[] {
  const next = nextLines(report)
  return [
    ...headLines(report, now),
    [],
    ...indent(zoneLines(report)),
    ...section('failures', failureLines(report.failures)),
    ...section('', untouchedLines(report)),
    ...section('next', next),
  ]
}

/** What changes all the time: the part that is painted over in place. */
export function progressLines(report: RolloutReport, now: number): Line[] {
  const failures = report.failures.slice(0, 5)
  return [...headLines(report, now), ...indent(zoneLines(report)), ...indent(failureLines(failures))]
}

/** One line for a log that cannot be painted over. */
export function summaryLine(report: RolloutReport, now: number): Line {
  return [`${report.environment} `, phasePiece(report.phase), ' ', ...countPieces(report), ...waitPieces(report, now)]
}

function section(title: string, lines: readonly Line[]): Line[] {
  if (lines.length === 0) return []
  return title === '' ? [[], ...indent(lines)] : [[], [styled('bold', title)], ...indent(lines)]
}

function headLines(report: RolloutReport, now: number): Line[] {
  const { commit, reason, stage, phase } = report
  const title: Piece[] = [styled('bold', `${report.application} ${report.environment}`), '  ']
  const who = `asked for by ${report.requestedBy} ${ago(report.createdAt, now)}`
  return [
    [...title, `${kindWords(report.kind)} `, styled('bold', report.release), '  ', phasePiece(phase)],
    indentDim(commit !== undefined && commit !== report.release ? `${who}, commit ${commit.slice(0, 12)}` : who),
    ...(reason === undefined ? [] : [indentDim(`reason: ${reason}`)]),
    ...waitLines(report),
    ...(stage && phase !== 'unapproved' && !ENDED_WORDS[phase]
      ? [
          [
            '  ',
            `stage ${stage.number} of ${stage.of}: ${stage.name} (${hosts(stage.hosts)})`,
            ...waitPieces(report, now),
          ],
        ]
      : []),
    ...(report.halt ? [['  ', styled('red', haltWords(report.halt))]] : []),
  ]
}

/** Before a release's name: a rollback is to the release that is good again, never of it. */
export function kindWords(kind: RolloutReport['kind']): string {
  return kind === 'rollback' ? 'rollback to' : `${kind} of`
}

/** Who approved stays to be seen; what is missing, while it waits. */
function waitLines({ phase, approvals }: RolloutReport): Line[] {
  if (!approvals) return []
  if (phase === 'unapproved') return [['  ', styled('yellow', approvalWords(approvals))]]
  return approvals.given.length === 0 ? [] : [indentDim(`approved by ${approvals.given.join(', ')}`)]
}

function indentDim(text: string): Line {
  return ['  ', styled('dim', text)]
}

const ENDED_WORDS: Readonly<Partial<Record<RolloutPhase, true>>> = {
  succeeded: true,
  failed: true,
  aborted: true,
  superseded: true,
}

const PHASES: Readonly<Record<RolloutPhase, readonly [string, Style]>> = {
  unapproved: ['waiting for approval', 'yellow'],
  gated: ['about to start', 'dim'],
  running: ['running', 'cyan'],
  baking: ['baking', 'cyan'],
  waiting: ['waiting for `continue`', 'yellow'],
  halting: ['halting: hosts already begun finish', 'red'],
  halted: ['halted', 'red'],
  succeeded: ['succeeded', 'green'],
  failed: ['failed', 'red'],
  aborted: ['aborted', 'red'],
  superseded: ['replaced by a newer rollout', 'yellow'],
}

export function phasePiece(phase: RolloutPhase): Piece {
  const [words, style] = PHASES[phase]
  return styled(style, words)
}

function zoneLines(report: RolloutReport): Line[] {
  const rows = report.zones.map(({ name, hosts: count, budget, etaMs }): Piece[][] => [
    [short(name)],
    countWords(count, budget?.haltsAt, etaMs),
  ])
  if (report.zones.length > 1)
    rows.push([
      ['all'],
      countWords(report.hosts, report.fleetBudget?.haltsAt ?? report.stageBudget?.haltsAt, report.etaMs),
    ])
  const names = table(rows.map(([name]) => [...(name ?? []), '']))
  return rows.map(([, words], index) => [...(names[index] ?? []), ...(words ?? [])])
}

function countPieces(report: RolloutReport): Piece[] {
  return countWords(report.hosts, report.fleetBudget?.haltsAt, report.etaMs)
}

/** `182/260 ok · 2 failed (halts at 3) · 4 running · ETA 4m`. */
function countWords(count: Count, haltsAt: number | undefined, etaMs: number | undefined): Piece[] {
  const failed = count.failed + count.unreachable + count.unknown
  const halts = haltsAt === undefined ? '' : ` (halts at ${haltsAt})`
  const parts: Piece[] = [
    styled(count.succeeded === count.planned ? 'green' : 'bold', `${count.succeeded}/${count.planned} ok`),
  ]
  if (failed > 0) parts.push(styled('red', `${failed} failed${detail(count)}${halts}`))
  else if (halts && count.queued + count.running > 0) parts.push(styled('dim', `0 failed${halts}`))
  if (count.running > 0) parts.push(styled('cyan', `${count.running} at work`))
  if (count.skipped > 0) parts.push(styled('yellow', `${count.skipped} skipped`))
  if (etaMs !== undefined) parts.push(`ETA ${duration(etaMs)}`)
  return parts.flatMap((part, index) => (index === 0 ? [part] : [' · ', part]))
}

function detail({ unreachable, unknown }: Count): string {
  const parts = [
    ...(unreachable > 0 ? [`${unreachable} unreachable`] : []),
    ...(unknown > 0 ? [`${unknown} out of sight`] : []),
  ]
  return parts.length === 0 ? '' : ` [${parts.join(', ')}]`
}

function waitPieces({ bakeUntil, phase }: RolloutReport, now: number): Piece[] {
  if (phase === 'baking' && bakeUntil !== undefined) return [` · bakes for another ${duration(bakeUntil - now)}`]
  return []
}

function failureLines(failures: readonly FailureGroup[]): Line[] {
  return failures.flatMap(({ phase, step, signature, hosts: names }): Line[] => [
    [styled('red', hosts(names.count)), ': ', causeWords({ phase, signature, ...(step !== undefined && { step }) })],
    ['  ', styled('dim', listed({ count: names.count, names: names.names.map((name) => short(name)) }))],
  ])
}

/** What a host said, in one phrase. The text comes from the host: the screen escapes it. */
export function causeWords({ phase, step, signature }: Pick<FailureGroup, 'phase' | 'step' | 'signature'>): string {
  const said = short(signature, 160)
  if (phase === 'unreachable') return `unreachable: ${said}`
  if (phase === 'unknown') return `out of sight (may still be at work): ${said}`
  return step === undefined || signature.startsWith(step) ? said : `${step}: ${said}`
}

function untouchedLines({ phase, untouched, skipped, left, hosts: { planned } }: RolloutReport): Line[] {
  const lines: Line[] = []
  const resting = phase !== 'running' && phase !== 'gated'
  if (resting && untouched.count > 0 && untouched.count < planned)
    lines.push([`untouched: ${hosts(untouched.count)} (${listed(untouched)})`])
  if (resting && untouched.count > 0 && untouched.count === planned) lines.push([`untouched: all ${hosts(planned)}`])
  if (skipped.count > 0) lines.push([`skipped by a person: ${listed(skipped)}`])
  if (left > 0) lines.push([styled('dim', `left alone by the plan: ${hosts(left)}`)])
  return lines
}
