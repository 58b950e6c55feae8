// Who may approve what waits in a repository's environment, and whether it may still begin: asked of GitHub when somebody approves,
// because days may lie between the plan and that.

import { isReachable } from '../../adapters/github/read-reachable.ts'
import type { Environment } from '../../config/config.ts'
import { nameEntitled, refusedApproval } from '../../core/approval.ts'
import type { Target } from '../../core/command.ts'
import { type Person, type Refusal, refused } from '../../core/intent.ts'
import type { RolloutRecord } from '../../engine/ports.ts'
import type { Act } from '../../engine/ports-desk.ts'
import type { Carrier } from './carry-act.ts'
import { environmentOf, type Home } from './home.ts'
import type { Means } from './means.ts'
import { refusedOwner } from './owner.ts'
import { refusedPerson } from './rights.ts'

/** The newest rollout now is the one that is approved: while GitHub is asked another may come, for which other people are asked. */
export async function bindApproval({ store }: Pick<Carrier, 'store'>, act: Act): Promise<Act> {
  if (act.verb !== 'approve' || act.rollout !== undefined) return act
  const [newest] = await store.rollouts({ ...act.target, limit: 1 })
  return newest ? { ...act, rollout: newest.id } : act
}

type Approver = { person: Person; target: Target; rollout?: string }

/** The rollout that waits, if one does: the named one or the environment's newest. */
export async function findWaiting(
  { store }: Pick<Carrier, 'store'>,
  { target, rollout }: Omit<Approver, 'person'>,
): Promise<RolloutRecord | undefined> {
  const id = rollout ?? (await store.rollouts({ ...target, limit: 1 }))[0]?.id
  const record = id === undefined ? undefined : await store.rollout(id)
  return record?.cursor.phase === 'unapproved' ? record : undefined
}

/** `undefined`: this person's approval counts there. */
export async function refusedApprover(means: Means, home: Home, approver: Approver): Promise<Refusal | undefined> {
  const { person, target } = approver
  const environment = environmentOf(home, target)
  if (!environment) return refused('not-allowed', { needs: `${target.environment} in .github/houston.yml` })
  const record = await findWaiting(means, approver)
  return (
    (await refusedPerson(home, { deployers: entitledIn(record, environment) }, person)) ??
    (await refusedOwner(means, home, target)) ??
    (record?.cursor.approvals && refusedApproval(record.cursor.approvals, person))
  )
}

/**
 * Why what waits may not begin any more: there was nothing when it was asked, the commit is on no branch now, or whoever asked for
 * it or approved it has lost the right.
 */
export async function refusedStart(means: Means, home: Home, approver: Approver): Promise<Refusal | undefined> {
  if (approver.rollout === undefined) return refused('no-rollout')
  const record = await findWaiting(means, approver)
  const environment = environmentOf(home, approver.target)
  if (!record || !environment) return undefined
  const { release } = record.plan.work
  const { octokit, path, repository } = home
  const at = release.commit
  if (at !== undefined && !(await isReachable(octokit, path, { commit: at, defaultBranch: repository.defaultBranch })))
    return refused('ref-changed', { ref: release.id, commit: repository.defaultBranch, gone: 'from every branch' })
  return (await refusedRequester(home, environment, record)) ?? (await refusedGiven(home, environment, record))
}

/** Of a merge it is whoever pushed, who needs no right to deploy. */
async function refusedRequester(home: Home, { deployers }: Environment, record: RolloutRecord) {
  const { requester, automatic } = record.cursor.approvals ?? {}
  if (!requester || automatic || requester.via === 'terminal') return undefined
  if (!(await refusedPerson(home, { deployers }, requester))) return undefined
  const facts = { requester: requester.name, needs: nameEntitled(deployers), release: record.releaseId }
  return refused('requester-lost-right', facts)
}

/** Those who approved before: who has left the team since does not count. */
async function refusedGiven(home: Home, environment: Environment, record: RolloutRecord) {
  const deployers = entitledIn(record, environment)
  for (const { by } of record.cursor.approvals?.given ?? [])
    if (by.via === 'github' && (await refusedPerson(home, { deployers }, by)))
      return refused('approver-lost-right', {
        approver: by.name,
        needs: nameEntitled(deployers),
        release: record.releaseId,
      })
  return undefined
}

function entitledIn(record: RolloutRecord | undefined, { deployers }: Environment): Environment['deployers'] {
  const from = record?.plan.approvals?.from ?? []
  return from.length > 0 ? from : deployers
}
