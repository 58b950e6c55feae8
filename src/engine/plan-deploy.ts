// Plans a deploy from what is configured and what the store knows of the fleet. Reads only.

import type { ApprovalRule } from '../core/approval.ts'
import type { Fleet } from '../core/fleet.ts'
import { type Person, type Refusal, refused } from '../core/intent.ts'
import { makePlan } from '../core/make-plan.ts'
import type { Origin } from '../core/origin.ts'
import type { Plan } from '../core/plan.ts'
import type { HostWork } from '../core/recipe.ts'
import { waitsForPerson } from '../core/rollout.ts'
import type { Strategy } from '../core/strategy.ts'
import type { Ids, Store } from './ports.ts'

export type DeployRequest = {
  work: HostWork
  fleet: Fleet
  strategy: Strategy
  /** true: hosts that run the release already are run again. */
  includeCurrent: boolean
  by: Person
  reason?: string
  /** What asks for it, unique: carried out again, it finds the rollout that it caused. */
  intent?: string
  /** Where it was asked for at a forge: it is told of there too. */
  origin?: Origin
  /** A merge or green checks want it, not a person now: a hold stops it. */
  automatic?: boolean
  /** What it needs before it begins. */
  approvals?: ApprovalRule
  /** Who wrote what is rolled out, as far as that is known. */
  authors?: readonly Person[]
  /** The digest of the plan that a person saw and confirmed: another plan is not carried out. */
  approvedDigest?: string
}

export async function planDeploy(
  deps: { store: Store; ids: Ids; runners?: boolean },
  request: DeployRequest,
): Promise<Plan | Refusal> {
  const { work, fleet, strategy, includeCurrent, approvals } = request
  const asked = request.automatic ? await askedFor(deps.store, work) : undefined
  if (asked) return refused('rollout-running', { rollout: asked, waits: 'approval' })
  const unreached = deps.runners ? undefined : zoneOfRunner(fleet)
  if (unreached) return refused('runner-unavailable', unreached)
  const lastKnown = await deps.store.lastKnown(work.application, work.environment)
  const wanted = { work, fleet, strategy, lastKnown, includeCurrent, ...(approvals && { approvals }) }
  return makePlan({ kind: 'deploy', ...wanted }, (text) => deps.ids.digest(text))
}

/** Read here, where a plan that the environment moved on from is made again: nobody's rollout is replaced in between. */
async function askedFor(store: Store, { application, environment }: HostWork): Promise<string | undefined> {
  const [newest] = await store.rollouts({ application, environment, limit: 1 })
  return newest && waitsForPerson(newest.cursor) ? newest.id : undefined
}

function zoneOfRunner({ zones }: Fleet): { zone: string; runner: string } | undefined {
  for (const { name, hosts } of zones)
    for (const { runner } of hosts) if (runner !== undefined) return { zone: name, runner }
  return undefined
}
