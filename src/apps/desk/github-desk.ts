// The desk of the repositories that are granted hosts: what their houston.yml says on the default branch, and what GitHub says
// people may do. For looking, both are remembered for a minute; for acting they are asked anew.

import { readUserId } from '../../adapters/github/read-rights.ts'
import type { Config } from '../../config/config.ts'
import type { Target } from '../../core/command.ts'
import { type Person, type Refusal, refused } from '../../core/intent.ts'
import type { Desk, SeenPlace } from '../../engine/ports-desk.ts'
import { actInHome, planInHome, refusedActor } from './act-in-home.ts'
import { noteRefused } from './carry-act.ts'
import { ConfirmedRights } from './confirmed-rights.ts'
import { findRefs } from './find-refs.ts'
import { type Home, readHome } from './home.ts'
import { laterMs } from './later.ts'
import type { Means } from './means.ts'
import type { Office } from './office.ts'
import type { OwnedPlaces } from './owned-places.ts'
import { remember } from './remember.ts'
import { isInsider } from './rights.ts'
import { openSeenHomes, type SeenHomes } from './seen-homes.ts'

export type GithubDesk = Desk & Pick<SeenHomes, 'has'> & Office

const MINUTE_MS = 60_000

type Who = { home: Home; person: Person }

/** Lives as long as the App's credentials. */
export function createGithubDesk(means: Means, { owned, now }: { owned: OwnedPlaces; now: () => number }): GithubDesk {
  const memory = { forMs: MINUTE_MS, atMostMs: 60 * MINUTE_MS, now }
  const homes = openSeenHomes(means, { owned, memory })
  const confirmed = new ConfirmedRights(now)
  const personKey = ({ home, person }: Who) => JSON.stringify([home.repository.id, person.via, person.id])
  const looks = remember(memory, personKey, ({ home, person }: Who) => isInsider(home, person))
  const acts = remember(
    memory,
    ({ target, ...who }: Who & { target: Target }) => JSON.stringify([personKey(who), target.environment]),
    ({ home, ...of }) => refusedActor(means, home, of),
  )
  const opened = async (person: Person) => {
    const all = await homes.all()
    const open = await Promise.all(all.map((home) => looks({ home, person })))
    return all.filter((_, index) => open[index])
  }
  const seen = async (person: Person, { application }: Pick<Target, 'application'>) =>
    (await opened(person)).find(({ config }) => config.application === application)
  const accountOf = remember(memory, String, async (login: string): Promise<Person | undefined> => {
    const [home] = await homes.all()
    const id = home && (await readUserId(home.octokit, login))
    return id === undefined ? undefined : { via: 'github', id: String(id), name: login }
  })
  const enter = async (target: Target): Promise<Home | Refusal> => {
    const owner = await homes.ownerOf(target)
    if (typeof owner !== 'string') return owner
    const reading = await readHome(means, owner)
    return reading.kind === 'home' ? reading.home : reading.refusal
  }
  return {
    has: (application) => homes.has(application),
    async placesOf(application) {
      return (await homes.all()).filter(({ config }) => config.application === application).flatMap(placesOf)
    },
    accountOf,
    async places(person) {
      return (await opened(person)).flatMap(placesOf)
    },
    async mayLook(person, application) {
      return (await seen(person, { application })) ? undefined : NO_LOOK
    },
    async mayAct(person, target) {
      const home = await seen(person, target)
      return home ? await acts({ home, person, target }) : NO_LOOK
    },
    async act(asker, act) {
      try {
        const home = await enter(act.target)
        if ('reason' in home) return await noteRefused(means.store, { asker, act }, home)
        const acted = await actInHome(means, home, { asker, act })
        confirmed.heed(asker.person, { act, acted })
        return acted
      } catch (error) {
        if (laterMs(error) === undefined) throw error
        return (await confirmed.ease(means, { asker, act })) ?? Promise.reject(error)
      }
    },
    async plan(asker, act) {
      const home = await enter(act.target)
      return 'reason' in home ? home : await planInHome(means, home, { asker, act })
    },
    async refs(person, target, typed) {
      const home = await seen(person, target)
      return home ? await findRefs(home, typed) : []
    },
  }
}

const NO_LOOK = refused('not-allowed', { needs: 'read access to the repository, or triage to a public one' })

/** For homes and for the project of this server alike. */
export function placesOf({ config, repository }: { config: Config; repository?: { name: string } }): SeenPlace[] {
  return config.environments.map(({ name, deploy, confirms, url }) => ({
    ...{ application: config.application, environment: name, deploy, confirms },
    ...(repository && { repository: repository.name }),
    ...(url !== undefined && { url }),
  }))
}
