// What to type next, for each thing that can be done with a rollout.

import type { RolloutReport } from '../../../core/report.ts'
import type { NextStep } from '../../../core/report-next.ts'
import { type Line, styled, table } from '../screen/line.ts'

export function nextLines(report: RolloutReport): Line[] {
  const failed = report.failures[0]?.hosts.names[0] ?? '<host>'
  const rows = report.next.map((step) => {
    const { words, why } = NEXT[step]
    const named = words.replace('ENV', report.environment).replace('RELEASE', report.release)
    const command = `houston ${named.replace('HOST', failed)}`
    return [styled('cyan', command), styled('dim', why)]
  })
  return table(rows)
}

const NEXT: Readonly<Record<NextStep, { words: string; why: string }>> = {
  watch: { words: 'status ENV --watch', why: 'follow it' },
  approve: { words: 'approve ENV RELEASE', why: 'let it begin; for a second person' },
  halt: { words: 'halt ENV', why: 'touch no further host' },
  continue: { words: 'continue ENV', why: 'go on with the next stage' },
  rollback: { words: 'rollback ENV', why: 'back to the last release that was good here' },
  retry: { words: 'retry ENV', why: 'failed and never-started hosts only' },
  resume: { words: 'resume ENV', why: 'go on with the hosts never started; the failures so far are set aside' },
  abort: { words: 'abort ENV', why: 'end it as it stands' },
  log: { words: 'log ENV HOST', why: 'what that host said' },
}
