// An act in a repository, whichever door it came through: rights first, then whose environment it is, then the engine. Every
// refusal of an act is in the audit before anybody is told.

import type { Target } from '../../core/command.ts'
import { type Person, type Refusal, refused } from '../../core/intent.ts'
import type { Plan } from '../../core/plan.ts'
import type { DeployRequest } from '../../engine/plan-deploy.ts'
import type { Act, Acted, Asker } from '../../engine/ports-desk.ts'
import { bindApproval, refusedApprover, refusedStart } from './approver.ts'
import { carryAct, noteRefused, refusedRollout } from './carry-act.ts'
import { findCommit } from './find-commit.ts'
import { environmentOf, type Home } from './home.ts'
import type { Means } from './means.ts'
import { orderDeploy, shownOf } from './order-deploy.ts'
import { refusedOwner } from './owner.ts'
import { refusedPerson } from './rights.ts'

export type DeployOf = { asker: Asker; act: Extract<Act, { verb: 'deploy' }> }

/** Rejects with GitHub's errors: then nothing was begun, or it is found again by its intent. */
export async function actInHome(means: Means, home: Home, asked: { asker: Asker; act: Act }): Promise<Acted> {
  const outcome = await attempt(means, home, asked)
  return outcome.kind === 'unstarted' ? await noteRefused(means.store, asked, outcome.refusal) : outcome
}

/** Whoever may not deploy does not see what a deploy would do. Nothing is stored, not even a refusal. */
export async function planInHome(means: Means, home: Home, { asker, act }: DeployOf): Promise<Plan | Refusal> {
  const no = await refusedActor(means, home, { person: asker.person, target: act.target })
  if (no) return no
  const request = await requestOf(means, home, { asker, act })
  return isRefusal(request) ? request : await means.engine.plan(request)
}

/** Why a person may not act on an environment; `undefined`: may. */
export async function refusedActor(
  means: Means,
  home: Home,
  { person, target }: { person: Person; target: Target },
): Promise<Refusal | undefined> {
  const environment = environmentOf(home, target)
  if (!environment) return refused('not-allowed', { needs: `${target.environment} in .github/houston.yml` })
  return (await refusedPerson(home, environment, person)) ?? (await refusedOwner(means, home, target))
}

type Unstarted = { kind: 'unstarted'; refusal: Refusal }

/** `unstarted`: refused before the engine knew of it. */
async function attempt(
  means: Means,
  home: Home,
  { asker, act: asked }: { asker: Asker; act: Act },
): Promise<Acted | Unstarted> {
  const act = await bindApproval(means, asked)
  const { target } = act
  const { person } = asker
  const { rollout } = act
  const approver = { person, target, ...(rollout !== undefined && { rollout }) }
  const stranger =
    act.verb === 'approve'
      ? await refusedApprover(means, home, approver)
      : await refusedActor(means, home, { person, target })
  if (stranger) return { kind: 'unstarted', refusal: stranger }
  // Not before: whoever may not act does not learn either what another's intent came to.
  const caused = await means.store.causedBy(asker.intent)
  if (caused) return { kind: 'begun', rollout: caused.id }
  const late = act.verb === 'approve' ? await refusedStart(means, home, approver) : undefined
  const no = (await refusedRollout(means, act)) ?? late
  if (no) return { kind: 'unstarted', refusal: no }
  if (act.verb !== 'deploy') {
    const environment = environmentOf(home, target)
    return await carryAct(means, { asker, act, ...(environment && { shown: shownOf(environment) }) })
  }
  const request = await requestOf(means, home, { asker, act })
  if (isRefusal(request)) return { kind: 'unstarted', refusal: request }
  const { approvedDigest } = act
  const started = await means.engine.deploy({ ...request, ...(approvedDigest !== undefined && { approvedDigest }) })
  return started.kind === 'refused' ? started : { kind: 'begun', rollout: started.rollout }
}

async function requestOf(means: Means, home: Home, { asker, act }: DeployOf): Promise<DeployRequest | Refusal> {
  const { person: by, intent, at, asked } = asker
  const { ref, all, backwards, reason, target } = act
  const environment = environmentOf(home, target)
  if (!environment) throw new RangeError('an order for an environment that is not configured')
  const pull = asked && 'issue' in asked && asked.pull ? asked.issue : undefined
  const found = await findCommit(home, { at, ...(ref !== undefined && { ref }), ...(pull !== undefined && { pull }) })
  if (found.kind === 'refused') return found
  return await orderDeploy(means, home, {
    ...{ environment, found, by, intent, all, backwards, automatic: false },
    ...(asked && { asked }),
    ...(reason !== undefined && { reason }),
  })
}

function isRefusal(outcome: DeployRequest | Refusal): outcome is Refusal {
  return 'kind' in outcome
}
