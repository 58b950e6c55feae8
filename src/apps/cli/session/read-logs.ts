// Finds the logs of a host's last run: in the newest rollout of the environment that began something there.

import { type Refusal, refused } from '../../../core/intent.ts'
import type { Store } from '../../../engine/ports.ts'
import type { HostLogs, Target } from './session.ts'

/** Rollouts looked through. */
const DEPTH = 50

export async function readLogs(store: Store, target: Target, host: string): Promise<HostLogs | Refusal> {
  const rollouts = await store.rollouts({ ...target, limit: DEPTH })
  if (rollouts.length === 0) return refused('no-rollout', { environment: target.environment })
  for (const { id } of rollouts) {
    const record = await store.rollout(id)
    const index = record?.plan.hosts.findIndex((planned) => planned.host.name === host) ?? -1
    if (index < 0) continue
    const [state, logs] = [(await store.hosts(id))[index], await store.log(id, index)]
    if (state && (logs.length > 0 || state.phase !== 'queued')) return { host, rollout: id, phase: state.phase, logs }
  }
  return refused('unknown-host', { host })
}
