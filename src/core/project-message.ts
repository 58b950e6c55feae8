// A rollout in a chat: one living message in each of its channels with a thread below it, and a word in private at the end.
// Pure data; the adapter makes blocks of it.

import type { Person } from './intent.ts'
import type { Channel } from './origin.ts'
import { plainUrl } from './plain-url.ts'
import { type ChatLinks, type ChatObject, type ChatRollout, type ChatTitle, titleOf } from './project-chat.ts'
import type { Desired, ProjectionView, Urgency } from './project-object.ts'
import { projectThread } from './project-thread.ts'
import type { Step } from './recipe.ts'
import { type RolloutReport, reportRollout } from './report.ts'
import { type HostState, hasEnded, type RolloutPhase } from './rollout.ts'

/** `forge`: the address under which the forge's repositories are seen. `page`: the rollout's own. */
export type ChatPlace = { channels: readonly Channel[]; forge?: string; page?: string }

/** What the message names only in its thread needs no room in it. */
const MOST_FAILURES = 3

export function projectMessage(view: ProjectionView, place: ChatPlace): Desired<ChatObject>[] {
  const report = reportRollout(view)
  const links = linksOf(view, place)
  const rollout = rolloutOf(view, report)
  return [
    ...place.channels.flatMap((at): Desired<ChatObject>[] => [
      {
        key: `message/${at.team}/${at.channel}`,
        content: { kind: 'message', at, rollout, links },
        urgency: urgencyOf(report.phase),
        when: 'update',
      },
      ...projectThread({ view, report, at }),
    ]),
    ...farewell(view, titleOf(report), { hosts: report.hosts, links }),
  ]
}

/** While hosts are at work the message shows their progress; otherwise it shows a phase. */
function urgencyOf(phase: RolloutPhase): Urgency {
  if (hasEnded(phase) || phase === 'halted') return 'final'
  return phase === 'running' ? 'progress' : 'phase'
}

function rolloutOf({ requestedBy, hosts, plan, cursor }: ProjectionView, report: RolloutReport): ChatRollout {
  const { untouched: _untouched, skipped: _skipped, digest: _digest, ...shown } = report
  const next = plan.stages[cursor.stage + 1]
  return {
    ...shown,
    failures: report.failures.slice(0, MOST_FAILURES),
    door: requestedBy.door ?? requestedBy.via,
    atWork: stepsOf(hosts),
    ...(next && !hasEnded(report.phase) && { nextStage: { name: next.name, hosts: next.hosts } }),
  }
}

function stepsOf(hosts: readonly HostState[]): Partial<Record<Step, number>> {
  const steps: Partial<Record<Step, number>> = {}
  for (const { phase, step } of hosts)
    if (phase === 'running' && step !== undefined) steps[step] = (steps[step] ?? 0) + 1
  return steps
}

function linksOf({ plan, origin }: ProjectionView, { forge, page }: ChatPlace): ChatLinks {
  const { commit, repository } = plan.work.release
  const home = forge !== undefined && /^[\w.-]+\/[\w.-]+$/.test(repository ?? '') ? `${forge}/${repository}` : undefined
  const sha = commit !== undefined && /^[0-9a-f]{40}$/.test(commit) ? commit : undefined
  const issues = (origin?.issues ?? []).flatMap((number) => {
    const url = plainUrl(home && `${home}/issues/${number}`)
    return url === undefined ? [] : [{ number, url }]
  })
  const [ofCommit, ofPage] = [plainUrl(home && sha && `${home}/commit/${sha}`), plainUrl(page)]
  const seen = plainUrl(origin?.shown?.url)
  return {
    ...(ofCommit !== undefined && { commit: ofCommit }),
    issues,
    ...(ofPage !== undefined && { page: ofPage }),
    ...(seen !== undefined && { seen }),
  }
}

type Farewell = Pick<Extract<ChatObject, { kind: 'ended' }>, 'hosts' | 'links'>

/** Each end is told, also the one after a retry. Workflows and terminals have nobody to write to. */
function farewell(
  { requestedBy, finishedAt }: ProjectionView,
  title: ChatTitle,
  what: Farewell,
): Desired<ChatObject>[] {
  if (!hasEnded(title.phase) || !mayHaveChat(requestedBy)) return []
  const { via, id, name } = requestedBy
  const at = finishedAt === undefined ? {} : { at: finishedAt }
  return [
    {
      key: 'ended',
      content: { kind: 'ended', to: { via, id, name }, title, ...at, ...what },
      urgency: 'final',
      when: 'append',
    },
  ]
}

function mayHaveChat({ via }: Person): boolean {
  return via === 'slack' || via === 'github'
}
