// A rollout where it was asked for: one comment on each issue or pull request that is kept up to date, and reactions to the
// comment that asked. Pure.

import { codeSpan } from './escape-markdown.ts'
import { plainUrl } from './plain-url.ts'
import type { ForgePlace } from './project-deployment.ts'
import { failureList, logTails } from './project-failure-list.ts'
import type { ForgeContent, ForgeObject } from './project-forge.ts'
import { headline, waitWords, zoneTable } from './project-headline.ts'
import type { Desired, ProjectionView, Urgency } from './project-object.ts'
import { type RolloutReport, reportRollout } from './report.ts'
import type { NextStep } from './report-next.ts'
import { hasEnded, type RolloutPhase } from './rollout.ts'

export function projectComments(view: ProjectionView, { repository, logUrl }: ForgePlace): Desired<ForgeObject>[] {
  const { origin } = view
  if (!origin) return []
  const report = reportRollout(view)
  const parts = [
    headline(report),
    waitWords(report),
    zoneTable(report),
    failureList(report.failures),
    logTails(view.tails ?? []),
  ]
  const body = [...parts, nextWords(report), ...link(logUrl)].filter((part) => part !== '').join('\n\n')
  const comments = origin.issues.map((issue): Desired<ForgeObject> => {
    const content = { kind: 'comment', repository, issue, body } as const
    return { key: `comment/${issue}`, content, urgency: urgencyOf(report.phase), when: 'update' }
  })
  return [...comments, ...reactions(report.phase, repository, origin.comment)]
}

function urgencyOf(phase: RolloutPhase): Urgency {
  if (hasEnded(phase) || phase === 'halted') return 'final'
  return phase === 'running' ? 'progress' : 'phase'
}

/** Seen; and at the end, how it went. */
function reactions(phase: RolloutPhase, repository: string, comment: number | undefined): Desired<ForgeObject>[] {
  if (comment === undefined) return []
  const react = (content: ForgeContent<'reaction'>['content']): Desired<ForgeObject> => ({
    key: `reaction/${content}`,
    content: { kind: 'reaction', repository, comment, content },
    urgency: 'phase',
    when: 'update',
  })
  if (!hasEnded(phase)) return [react('eyes')]
  return [react('eyes'), react(phase === 'succeeded' ? 'rocket' : 'confused')]
}

/** What can be typed here next. In code, so that nobody's next comment is a command by quoting it. */
function nextWords({ next, environment, release }: RolloutReport): string {
  // Whoever approves says what they looked at: a newer rollout may have taken its place meanwhile.
  const about = (step: NextStep) => (step === 'approve' ? ` ${release}` : '')
  const words = next.flatMap((step) => (WORDS.has(step) ? [codeSpan(`/${step} ${environment}${about(step)}`)] : []))
  return words.length === 0 ? '' : `Next: ${words.join(', ')}`
}

const WORDS: ReadonlySet<NextStep> = new Set(['approve', 'halt', 'continue', 'rollback', 'retry', 'resume', 'abort'])

function link(url: string | undefined): string[] {
  const safe = plainUrl(url)
  return safe === undefined ? [] : [`[Hosts and logs](${safe})`]
}
