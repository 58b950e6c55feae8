// Puts equal failures together: seven hosts with one cause are one line.

import type { Plan } from './plan.ts'
import { NAMES_SHOWN, type Names } from './report-hosts.ts'
import type { HostState } from './rollout.ts'
import { isUnwell } from './tally.ts'

/** Hosts that failed in the same way. `signature` and the names come from hosts: hostile text for every surface. */
export type FailureGroup = {
  phase: 'failed' | 'unreachable' | 'unknown'
  step?: string
  signature: string
  hosts: Names
}

/** More groups than this are a list of their own, not a summary; the last one then holds the others. */
const MOST_GROUPS = 50

type Gathered = Omit<FailureGroup, 'hosts'> & { count: number; names: string[] }

/** The largest group first; equal ones in the order of their first host. */
export function groupFailures(plan: Plan, hosts: readonly HostState[]): FailureGroup[] {
  const groups = new Map<string, Gathered>()
  hosts.forEach((host, index) => {
    if (isUnwell(host.phase)) gather(groups, host, plan.hosts[index]?.host.name ?? '')
  })
  return [...groups.values()]
    .sort((a, b) => b.count - a.count)
    .map(({ count, names, ...group }) => ({ ...group, hosts: { count, names } }))
}

function gather(groups: Map<string, Gathered>, host: HostState, name: string): void {
  const group = groupOf(groups, host)
  group.count += 1
  if (group.names.length < NAMES_SHOWN) group.names.push(name)
}

function groupOf(groups: Map<string, Gathered>, host: HostState): Gathered {
  const phase = host.phase === 'unreachable' || host.phase === 'unknown' ? host.phase : 'failed'
  const known: Omit<FailureGroup, 'hosts'> = {
    phase,
    signature: host.signature ?? '',
    ...(host.step !== undefined && { step: host.step }),
  }
  const key = JSON.stringify([phase, host.step, known.signature])
  const full = groups.size >= MOST_GROUPS && !groups.has(key)
  const at = full ? 'others' : key
  const fresh: Gathered = { ...(full ? OTHERS : known), count: 0, names: [] }
  const group = groups.get(at) ?? fresh
  groups.set(at, group)
  return group
}

const OTHERS: Omit<FailureGroup, 'hosts'> = { phase: 'failed', signature: 'other causes' }
