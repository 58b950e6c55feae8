// What hangs under a rollout's message in a chat: its stages, why hosts are not well, and each halt, which the channel hears
// of too. Pure data.

import type { Channel } from './origin.ts'
import { type ChatObject, type ChatStage, titleOf } from './project-chat.ts'
import type { Desired, ProjectionView, Urgency } from './project-object.ts'
import type { RolloutReport } from './report.ts'
import { hasEnded, type RolloutPhase } from './rollout.ts'

const MOST_GROUPS = 10

type Thread = { view: ProjectionView; report: RolloutReport; at: Channel }

export function projectThread(thread: Thread): Desired<ChatObject>[] {
  const { report } = thread
  return [
    stages(thread),
    ...(report.phase === 'halted' ? [halted(thread)] : []),
    ...(hadFailures(thread) ? [failures(thread)] : []),
  ]
}

function stages({ view: { plan, cursor }, report, at }: Thread): Desired<ChatObject> {
  const all = plan.stages.map(({ name, hosts, after }, index): ChatStage => {
    return { name, hosts, after, state: stateOf(report.phase, index - cursor.stage) }
  })
  const content = { kind: 'stages', at, stages: all, left: report.left } as const
  return { ...under(at, 'stages'), content, urgency: 'phase', when: 'update' }
}

/** `ahead`: by how many stages it lies before or behind the rollout's own. */
function stateOf(phase: RolloutPhase, ahead: number): ChatStage['state'] {
  if (ahead < 0 || phase === 'succeeded' || phase === 'failed') return 'done'
  if (ahead > 0 || phase === 'gated' || phase === 'unapproved') return 'next'
  if (phase === 'baking' || phase === 'waiting') return 'done'
  return phase === 'running' ? 'now' : 'stopped'
}

/** What was told of hosts that a retry made well is taken back. */
function hadFailures({ view, report }: Thread): boolean {
  return report.failures.length > 0 || view.hosts.some(({ attempt }) => attempt > 1)
}

function failures({ view, report, at }: Thread): Desired<ChatObject> {
  const tails = view.tails ?? []
  const content = { kind: 'failures', at, failures: report.failures.slice(0, MOST_GROUPS), tails } as const
  return { ...under(at, 'failures'), content, urgency: urgencyOf(report.phase), when: 'update' }
}

/** A second halt is told again: hosts began in between, or it has another reason, another attempt, or more that was set aside. */
function halted({ view: { hosts, cursor }, report, at }: Thread): Desired<ChatObject> {
  const attempt = hosts.reduce((most, host) => Math.max(most, host.attempt), 1)
  const { mark } = report
  const { halt } = cursor
  const content = {
    ...({ kind: 'halted', at, title: titleOf(report), attempt, mark, setAside: cursor.forgiven.fleet } as const),
    ...(halt && { halt }),
  }
  return { ...under(at, 'halted'), content, urgency: 'final', when: 'append' }
}

function under({ team, channel }: Channel, name: string): Pick<Desired<ChatObject>, 'key' | 'parent'> {
  return { key: `${name}/${team}/${channel}`, parent: { key: `message/${team}/${channel}` } }
}

function urgencyOf(phase: RolloutPhase): Urgency {
  return hasEnded(phase) || phase === 'halted' ? 'final' : 'progress'
}
