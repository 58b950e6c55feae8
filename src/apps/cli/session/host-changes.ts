// What changed on hosts between two looks at a rollout.

import type { Plan } from '../../../core/plan.ts'
import type { HostState } from '../../../core/rollout.ts'
import type { HostChange } from './session.ts'

/** On the first look, every host that is no longer (or not freshly) queued. */
export function hostChanges(
  plan: Plan,
  before: readonly HostState[] | undefined,
  after: readonly HostState[],
): HostChange[] {
  return after.flatMap((host, index) => {
    const planned = plan.hosts[index]
    if (!planned || isSame(before?.[index] ?? FRESH, host)) return []
    const { phase, attempt, step, signature } = host
    return [
      {
        ...{ host: planned.host.name, zone: plan.zones[planned.zone]?.name ?? '', phase, attempt },
        ...(step !== undefined && { step }),
        ...(signature !== undefined && { signature }),
      },
    ]
  })
}

const FRESH: HostState = { phase: 'queued', attempt: 1 }

function isSame(a: HostState, b: HostState): boolean {
  return a.phase === b.phase && a.attempt === b.attempt && a.step === b.step && a.signature === b.signature
}
