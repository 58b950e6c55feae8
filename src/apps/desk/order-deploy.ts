// From a repository, an environment and a commit to the request that the engine plans. Everything that can be refused before a
// host is touched is refused here; nothing is stored and nobody is told.

import type { Environment } from '../../config/config.ts'
import { type Person, type Refusal, refused } from '../../core/intent.ts'
import type { Asked, Origin, Shown } from '../../core/origin.ts'
import type { Release } from '../../core/release.ts'
import type { DeployRequest } from '../../engine/plan-deploy.ts'
import { findWaiting } from './approver.ts'
import { bringArtefact } from './artefact.ts'
import { readOrigin } from './carried.ts'
import { type FoundCommit, shortSha } from './find-commit.ts'
import type { Home } from './home.ts'
import { refusedDirection } from './lost-release.ts'
import type { Means } from './means.ts'
import { refusedHosts, refusedOwner } from './owner.ts'
import { refusedUnknown } from './rights.ts'

export type DeployOrder = {
  environment: Environment
  found: FoundCommit
  by: Person
  intent: string
  /** Where it was asked for, beside what the commits say of themselves. */
  asked?: Asked | { deployment: number }
  automatic: boolean
  /** Also a release that does not contain what runs there. */
  backwards: boolean
  all: boolean
  reason?: string
}

/** Rejects with GitHub's errors. */
export async function orderDeploy(means: Means, home: Home, order: DeployOrder): Promise<DeployRequest | Refusal> {
  const { environment, found } = order
  const { application, directory, keep } = home.config
  const where = { application, environment: environment.name, repository: home.repository.name }
  const no =
    (await refusedOwner(means, home, where)) ??
    refusedUnknown(environment, order.by) ??
    refusedHosts(means.settings, where, environment.fleet) ??
    (await refusedName(means, where, found)) ??
    (order.backwards ? undefined : await refusedDirection(means, home, { environment: environment.name, ...found }))
  if (no) return no
  const artefact = await bringArtefact(means, home, found)
  if (artefact.kind === 'refused') return artefact
  const { variables, recipe, fleet, strategy, approvals } = environment
  const release: Release = {
    ...{ id: found.release, commit: found.sha, repository: home.repository.name },
    ...{ artefact, variables },
  }
  return {
    work: { application, environment: environment.name, release, recipe, directory, keep },
    ...{ fleet, strategy, includeCurrent: order.all, by: order.by, intent: order.intent },
    ...(await originOf(means, home, order)),
    ...(approvals && { approvals }),
    ...(order.automatic && { automatic: true }),
    ...(order.reason !== undefined && { reason: order.reason }),
  }
}

/** A tag that was moved would give one name to two releases, and a rollback would not know which. */
async function refusedName(
  { store }: Means,
  target: { application: string; environment: string },
  { release, sha }: FoundCommit,
): Promise<Refusal | undefined> {
  const waiting = (await findWaiting({ store }, { target }))?.plan.work.release
  const begun = (await store.workOf(target.application, target.environment, release))?.release
  const was = (waiting?.id === release ? waiting : begun)?.commit
  if (was === undefined || was === sha) return undefined
  return refused('moved-release', { release, was: shortSha(was), is: shortSha(sha) })
}

/** Where a person asked, as it is kept. */
export function originOfAsked(asked: Asked | undefined): Origin {
  if (!asked) return { issues: [] }
  if ('chat' in asked) return { issues: [], chat: asked.chat }
  const { issue, comment } = asked
  return { issues: [issue], ...(comment !== undefined && { comment }) }
}

export function shownOf({ url, hostChecks }: Environment): Shown {
  return { hostsWithRuns: hostChecks, ...(url !== undefined && { url }) }
}

type Brought = { origin: Origin; authors: readonly Person[] }

async function originOf(means: Means, home: Home, { environment, found, asked }: DeployOrder): Promise<Brought> {
  const { authors: wrote, ...read } = await readOrigin(means, home, { environment: environment.name, sha: found.sha })
  // Whoever pushed chose what stands there, whatever names are in the commits.
  const authors = found.pushedBy ? [...wrote, found.pushedBy] : wrote
  const carried = { ...read, shown: shownOf(environment) }
  if (asked && 'deployment' in asked) return { origin: { ...carried, deployment: asked.deployment }, authors }
  const { issues, ...place } = originOfAsked(asked)
  return { origin: { ...carried, ...place, issues: [...new Set([...issues, ...carried.issues])] }, authors }
}
