// Says in a few words what a rollout's state and its effects are, so that tests can be read as tables.

import type { RolloutEffect } from '../../src/core/rollout.ts'
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
