// Says in a few words what a rollout's state and its effects are, so that tests can be read as tables.

import type { Plan } from '../../src/core/plan.ts'
import type { RolloutEffect, RolloutEvent } from '../../src/core/rollout.ts'
import type { RolloutState } from '../../src/core/rollout-state.ts'

const LETTERS = { queued: '.', running: 'r', succeeded: '+', failed: 'x', unreachable: 'u', unknown: '?', skipped: '-' }

/** One letter a host, in the plan's order: `+x?r..`. */
export function hostsInWords({ hosts }: Pick<RolloutState, 'hosts'>): string {
  return hosts.map(({ phase, attempt }) => `${LETTERS[phase]}${attempt > 1 ? attempt : ''}`).join('')
}

/** `run a1, attach a2#2, withdraw, yes`. Facts are left out. */
export function effectsInWords(state: RolloutState, effects: readonly RolloutEffect[]): string {
  return effects
    .filter((effect) => effect.kind !== 'record')
    .map((effect) => inWords(state, effect))
    .join(', ')
}

function inWords(state: RolloutState, effect: RolloutEffect): string {
  switch (effect.kind) {
    case 'run-host': {
      const name = state.plan.hosts[effect.host]?.host.name
      return `${effect.mayBegin ? 'run' : 'attach'} ${name}${effect.attempt > 1 ? `#${effect.attempt}` : ''}`
    }
    case 'answer':
      return effect.answer.kind === 'accepted' ? 'yes' : effect.answer.reason
    case 'set-bake':
      return `bake ${effect.stage} until ${effect.dueAt}`
    case 'clear-bake':
    case 'withdraw':
      return effect.kind
    case 'record':
      return effect.fact.kind
    default:
      return effect satisfies never
  }
}

/** `a1#2 failed`, `halt by ada`, `bake-ended 0` */
export function eventInWords(plan: Plan, event: RolloutEvent): string {
  switch (event.kind) {
    case 'gates-opened':
      return event.kind
    case 'bake-ended':
      return `${event.kind} ${event.stage}`
    case 'asked':
      return event.ask.kind === 'skip' ? `skip ${event.ask.hostName}` : event.ask.kind
    case 'host-step':
    case 'host-succeeded':
    case 'host-failed':
    case 'host-unreachable':
    case 'host-unknown':
    case 'host-withdrawn': {
      const absent = event.kind === 'host-withdrawn' && event.absent ? ' absent' : ''
      return `${plan.hosts[event.host]?.host.name}#${event.attempt} ${event.kind.slice('host-'.length)}${absent}`
    }
    default:
      return event satisfies never
  }
}

/** `deploy a(2 hosts, 1 down, 1 out at most)` and the stages in order. */
export function planInWords(plan: Plan): string {
  const zones = plan.zones.map(
    (zone) =>
      `${zone.name}(${zone.size} hosts, ${zone.alreadyDown} down, ${zone.maxUnavailable} out at most, fails ${zone.maxFailures})`,
  )
  const stages = plan.stages.map((stage) => {
    const queues = stage.queues.map(({ hosts }) =>
      hosts.map((index) => `${plan.hosts[index]?.host.name}${plan.hosts[index]?.down ? '!' : ''}`).join(' '),
    )
    return `${stage.name}[${queues.join(' | ')}; batch ${stage.batches} fails ${stage.maxFailures} then ${stage.after.kind}]`
  })
  return `${plan.kind} ${zones.join(' ')}, fleet fails ${plan.fleet.maxFailures}: ${stages.join(', ')}`
}
