// What people may see of the repositories at GitHub, remembered for a minute. Nothing here decides about an act.

import { readPullCommit } from '../../adapters/github/read-pull-commit.ts'
import { readUserId } from '../../adapters/github/read-rights.ts'
import type { Config } from '../../config/config.ts'
import type { Target } from '../../core/command.ts'
import { type Person, refused } from '../../core/intent.ts'
import type { Desk, SeenPlace } from '../../engine/ports-desk.ts'
import { refusedActor } from './act-in-home.ts'
import { findWaiting, refusedApprover } from './approver.ts'
import { findRefs } from './find-refs.ts'
import type { Home } from './home.ts'
import type { Means } from './means.ts'
import type { Office } from './office.ts'
import { type Memory, remember } from './remember.ts'
import { isInsider } from './rights.ts'
import type { SeenHomes } from './seen-homes.ts'

export type GithubLooks = Pick<Desk, 'places' | 'mayLook' | 'mayAct' | 'refs'> & Office

/** The same for whoever may not look, and for what there is not: neither learns which. */
export const NO_LOOK = refused('not-allowed', { needs: 'read access to the repository, or triage to a public one' })

type Who = { home: Home; person: Person }

export function openGithubLooks(means: Means, { homes, memory }: { homes: SeenHomes; memory: Memory }): GithubLooks {
  const personKey = ({ home, person }: Who) => JSON.stringify([home.repository.id, person.via, person.id])
  const looks = remember(memory, personKey, ({ home, person }: Who) => isInsider(home, person))
  const acts = remember(
    memory,
    ({ target, ...who }: Who & { target: Target }) => JSON.stringify([personKey(who), target.environment]),
    ({ home, ...of }) => refusedActor(means, home, of),
  )
  const approves = remember(
    memory,
    ({ rollout, ...who }: Who & { target: Target; rollout: string }) => JSON.stringify([personKey(who), rollout]),
    ({ home, ...of }) => refusedApprover(means, home, of),
  )
  const opened = async (person: Person) => {
    const all = await homes.all()
    const open = await Promise.all(all.map((home) => looks({ home, person })))
    return all.filter((_, index) => open[index])
  }
  const seen = async (person: Person, application: string) =>
    (await opened(person)).find(({ config }) => config.application === application)
  const accountOf = remember(memory, String, async (login: string): Promise<Person | undefined> => {
    const [home] = await homes.all()
    const id = home && (await readUserId(home.octokit, login))
    return id === undefined ? undefined : { via: 'github', id: String(id), name: login }
  })
  return {
    accountOf,
    async placesOf(application) {
      return (await homes.all()).filter(({ config }) => config.application === application).flatMap(placesOf)
    },
    async commitOfPull(application, number) {
      const home = (await homes.all()).find(({ config }) => config.application === application)
      return home && (await readPullCommit(home.octokit, home.path, number))
    },
    places: async (person) => (await opened(person)).flatMap(placesOf),
    mayLook: async (person, application) => ((await seen(person, application)) ? undefined : NO_LOOK),
    async mayAct(person, target, verb) {
      const home = await seen(person, target.application)
      if (!home) return NO_LOOK
      const waiting = verb && (await findWaiting(means, { target }))
      if (waiting) return await approves({ home, person, target, rollout: waiting.id })
      return await acts({ home, person, target })
    },
    async refs(person, target, typed) {
      const home = await seen(person, target.application)
      return home ? await findRefs(home, typed) : []
    },
  }
}

/** For homes and for the project of this server alike. */
export function placesOf({ config, repository }: { config: Config; repository?: { name: string } }): SeenPlace[] {
  return config.environments.map(({ name, deploy, confirms, url }) => ({
    ...{ application: config.application, environment: name, deploy, confirms },
    ...(repository && { repository: repository.name }),
    ...(url !== undefined && { url }),
  }))
}
