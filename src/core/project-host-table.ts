// Hosts of a rollout as a table in GitHub's Markdown: all of them where they fit, else those that are not well and a count
// of the others.

import { formatDuration } from './duration.ts'
import { codeSpan } from './escape-markdown.ts'
import type { HostPhase, HostState } from './rollout.ts'
import { isUnwell } from './tally.ts'

export type HostRow = { name: string; state: HostState }

const HEAD = '| host | state | step | took |\n| --- | --- | --- | --- |'

/** At most `most` characters. */
export function hostTable(hosts: readonly HostRow[], most: number): string {
  const all = table(hosts.map(row))
  if (all.length <= most) return all
  const unwell = hosts.filter(({ state }) => isUnwell(state.phase))
  const room = most - HEAD.length - 200
  const shown: string[] = []
  let length = 0
  for (const line of unwell.map(row)) {
    length += line.length + 1
    if (length > room) break
    shown.push(line)
  }
  const words = `${shown.length} of ${unwell.length} hosts that are not well; the other ${hosts.length - shown.length} do not fit here.`
  return shown.length === 0 ? words : `${table(shown)}\n\n${words}`
}

function table(rows: readonly string[]): string {
  return [HEAD, ...rows].join('\n')
}

function row({ name, state }: HostRow): string {
  const { phase, step, attempt, startedAt, finishedAt } = state
  const took = startedAt === undefined || finishedAt === undefined ? '–' : duration(finishedAt - startedAt)
  const again = attempt > 1 ? ` (attempt ${attempt})` : ''
  const cells = [codeSpan(name), `${GLYPHS[phase]} ${phase}${again}`, step === undefined ? '–' : codeSpan(step), took]
  return `| ${cells.join(' | ')} |`
}

/** To the second: nobody compares hosts by milliseconds. */
function duration(ms: number): string {
  return ms < 1_000 ? '<1s' : formatDuration(Math.round(ms / 1_000) * 1_000)
}

const GLYPHS: Readonly<Record<HostPhase, string>> = {
  queued: '⚪',
  running: '🔵',
  succeeded: '🟢',
  failed: '🔴',
  unreachable: '🟠',
  unknown: '🟣',
  skipped: '⏭️',
}
