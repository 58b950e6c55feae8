// A rollout as one living message of a chat: a title, a line for each zone, the budget used, and the buttons that make sense
// now. Pure data; the adapter makes blocks of it.

import type { ChatButton, ChatObject } from './project-chat.ts'
import type { Desired, ProjectionView, Urgency } from './project-object.ts'
import { type RolloutReport, reportRollout } from './report.ts'
import type { ZoneReport } from './report-hosts.ts'
import type { NextStep } from './report-next.ts'
import { hasEnded, type RolloutPhase } from './rollout.ts'

/** The message, and in its thread a reply while the rollout is halted, which tells those who follow it. */
export function projectMessage(view: ProjectionView, channel: string): Desired<ChatObject>[] {
  const report = reportRollout(view)
  const message: Desired<ChatObject> = {
    key: 'message',
    content: {
      kind: 'message',
      channel,
      title: titleOf(report),
      lines: linesOf(report),
      buttons: buttonsOf(report.next),
    },
    urgency: urgencyOf(report.phase),
    when: 'update',
  }
  return report.phase === 'halted' ? [message, haltReply(report, channel)] : [message]
}

/** While hosts are at work the message shows their progress; otherwise it shows a phase. */
function urgencyOf(phase: RolloutPhase): Urgency {
  if (hasEnded(phase) || phase === 'halted') return 'final'
  return phase === 'running' ? 'progress' : 'phase'
}

function titleOf({ kind, application, environment, release, phase, requestedBy }: RolloutReport): string {
  return `${kind} ${application} ${release} to ${environment}: ${phase} (${requestedBy})`
}

function linesOf({ zones, fleetBudget, failures }: RolloutReport): string[] {
  return [
    ...zones.map(zoneLine),
    ...(fleetBudget
      ? [`budget: ${fleetBudget.failed} failed, halts at ${fleetBudget.haltsAt} of ${fleetBudget.of}`]
      : []),
    ...failures.map(({ signature, hosts }) => `${hosts.count} × ${signature}`),
  ]
}

function zoneLine({ name, hosts }: ZoneReport): string {
  const unwell = hosts.failed + hosts.unreachable + hosts.unknown
  return `${name}: ${hosts.succeeded} of ${hosts.planned} done, ${hosts.running} running, ${unwell} not well`
}

function buttonsOf(next: readonly NextStep[]): ChatButton[] {
  return next.flatMap((ask): ChatButton[] => {
    if (ask === 'watch' || ask === 'log') return []
    return ask === 'rollback' || ask === 'abort' ? [{ ask, style: 'danger' }] : [{ ask }]
  })
}

function haltReply({ failures, hosts }: RolloutReport, channel: string): Desired<ChatObject> {
  const lines = failures.map(({ signature, hosts: names }) => `${signature}: ${names.names.join(', ')}`)
  const title = `halted: ${hosts.succeeded} of ${hosts.planned} hosts done`
  return {
    key: 'halted',
    parent: { key: 'message' },
    content: { kind: 'reply', channel, title, lines, buttons: [] },
    urgency: 'phase',
    when: 'update',
  }
}
