// To whom an environment belongs. Applications are known to the store by a name that any repository may write into its file,
// so a name alone gives nobody a hold over what another repository rolled out.

import { faultOf } from '../../adapters/github/fault.ts'
import { readRepository } from '../../adapters/github/read-repository.ts'
import { repositoryPath } from '../../adapters/github/repository.ts'
import { mayReach } from '../../config/may-use.ts'
import type { Fleet } from '../../core/fleet.ts'
import { type Refusal, refused } from '../../core/intent.ts'
import type { Plan } from '../../core/plan.ts'
import type { Place } from './home.ts'
import type { Means } from './means.ts'

type Target = { application: string; environment: string }

/** Why a repository has no hold over what was rolled out to an environment; `undefined`: it has, or nothing was. */
export async function refusedOwner(
  { store, settings }: Means,
  place: Place,
  { application, environment }: Target,
): Promise<Refusal | undefined> {
  const [newest] = await store.rollouts({ application, environment, limit: 1 })
  const plan = newest && (await store.rollout(newest.id))?.plan
  if (!plan) return undefined
  const owner = plan.work.release.repository
  // From a terminal: it is this repository's if the operator lets it reach those hosts.
  if (owner === undefined)
    return refusedHosts(settings, { repository: place.repository.name, environment }, fleetOf(plan))
  return (await isSame(place, owner)) ? undefined : refused('other-repository', { application, repository: owner })
}

/** A repository that was given another name answers to the old one too, until somebody takes that; its number stays. */
async function isSame({ octokit, repository }: Place, name: string): Promise<boolean> {
  if (name.toLowerCase() === repository.name.toLowerCase()) return true
  try {
    return (await readRepository(octokit, repositoryPath(name))).id === repository.id
  } catch (error) {
    const { kind } = faultOf(error)
    if (kind === 'gone' || kind === 'refused') return false
    throw error
  }
}

/**
 * Why a repository may not reach these hosts: the first that the operator did not grant. Without a settings file nothing is
 * granted: a person's own keys are for that person's terminal, not for whoever can write to a repository.
 */
export function refusedHosts(
  given: Means['settings'],
  { repository, environment }: { repository: string; environment: string },
  { zones }: Fleet,
): Refusal | undefined {
  const settings: Means['settings'] =
    given.source === 'file' ? given : { ...given, source: 'file', identities: new Map() }
  for (const host of zones.flatMap((zone) => zone.hosts)) {
    const answer = mayReach(settings, { repository, environment, host })
    if (answer.kind === 'refused') {
      const { address, identity } = answer.use
      return refused('not-granted', { identity, address, add: answer.add })
    }
  }
  return undefined
}

function fleetOf({ hosts, left }: Plan): Fleet {
  return { zones: [{ name: 'all', hosts: [...hosts, ...left].map(({ host }) => host) }] }
}
