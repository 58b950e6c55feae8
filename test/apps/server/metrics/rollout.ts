// A rollout to be measured: over hosts of two zones, to its end.

import type { RolloutPhase } from '../../../../src/core/rollout.ts'
import type { Engine, Started } from '../../../../src/engine/engine.ts'
import type { DeployRequest } from '../../../../src/engine/plan-deploy.ts'
import { fleetOf, plain, workOf } from '../../../support/plan-of.ts'

export function deployOf(hosts: number): DeployRequest {
  const fleet = fleetOf({ a: hosts / 2, b: hosts / 2 })
  const maxFailures = { fleet: { kind: 'percent', percent: 100 } } as const
  const by = { via: 'terminal', id: '1', name: 'ada' } as const
  return { work: workOf('r1'), fleet, strategy: { ...plain, maxFailures }, includeCurrent: false, by }
}

/** Resolves when the one rollout of an engine has come to this phase. */
export async function when(engine: Engine, phase: RolloutPhase, begin: () => Promise<Started | { kind: 'refused' }>) {
  const come = new Promise<void>((resolve) => {
    const forget = engine.watch((_, { cursor }) => {
      if (cursor.phase !== phase) return
      forget()
      resolve()
    })
  })
  const started = await begin()
  if (started.kind === 'refused') throw new Error(JSON.stringify(started))
  await come
}
