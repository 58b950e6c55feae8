// The repositories that use this server, as they were within the last minute: for looking, and for finding the one that an
// application belongs to. Acts read the repository anew.

import { faultOf } from '../../adapters/github/fault.ts'
import type { Settings } from '../../config/settings.ts'
import type { Target } from '../../core/command.ts'
import { type Refusal, refused } from '../../core/intent.ts'
import { type Home, readHome } from './home.ts'
import { lastSeen } from './last-good.ts'
import type { Means } from './means.ts'
import type { OwnedPlaces } from './owned-places.ts'
import { type Memory, remember } from './remember.ts'

export type SeenHomes = {
  all(): Promise<readonly Home[]>
  /** Owner and name of the repository. An application that several repositories claim belongs to the one that rolled it out. */
  ownerOf(target: Target): Promise<string | Refusal | undefined>
  has(application: string): Promise<boolean>
}

export function openSeenHomes(means: Means, { owned, memory }: { owned: OwnedPlaces; memory: Memory }): SeenHomes {
  const named = namedRepositories(means.settings)
  const homeOf = remember(memory, String, (repository: string) => readSeenHome(means, repository))
  const all = async () => {
    const used = (await owned()).flatMap(({ repository }) => repository ?? [])
    const homes = await Promise.all([...new Set([...named, ...used])].map(homeOf))
    // A repository that was renamed answers to both names.
    return [...new Map(homes.flatMap((home) => (home ? [[home.repository.id, home]] : []))).values()]
  }
  const claims = async (application: string) =>
    (await all()).filter(({ config }) => config.application === application).map(({ repository }) => repository.name)
  const rolledOut = async (application: string) => (await owned()).filter((place) => place.application === application)
  return {
    all,
    async ownerOf({ application, environment }) {
      const places = (await rolledOut(application)).filter(({ repository }) => repository !== undefined)
      const place = places.find((each) => each.environment === environment) ?? places[0]
      if (place?.repository !== undefined) return place.repository
      const [first, second] = await claims(application)
      return second === undefined
        ? first
        : refused('other-repository', { application, repository: 'several repositories' })
    },
    async has(application) {
      const used = (await rolledOut(application)).some(({ repository }) => repository !== undefined)
      return used || (await claims(application)).length > 0
    },
  }
}

/** Named whole by the operator. What a pattern grants is seen once something of it was rolled out. */
function namedRepositories({ source, identities, slack }: Settings): string[] {
  if (source === 'default') return []
  const granted = [...identities.values()].flatMap(({ allow }) => allow.map(({ repository }) => repository))
  const names = [...granted, ...slack.channels.flatMap(({ repository }) => repository ?? [])]
  return names.filter((name) => /^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+$/.test(name))
}

/** `undefined`: there is nothing to see, or the App is not installed there. */
async function readSeenHome(means: Means, repository: string): Promise<Home | undefined> {
  try {
    return lastSeen(means.github, await readHome(means, repository))
  } catch (error) {
    const { kind } = faultOf(error)
    if (kind === 'gone' || kind === 'refused') return undefined
    throw error
  }
}
