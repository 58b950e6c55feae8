// Puts the desks together, and chooses: an application that a repository has belongs to GitHub's desk, any other to the project of
// this server. Wiring and the choice, nothing else.

import type { FetchArchive } from '../../adapters/github/archive.ts'
import type { Github } from '../../adapters/github/octokit.ts'
import type { Settings } from '../../config/settings.ts'
import type { Person } from '../../core/intent.ts'
import type { Desk } from '../../engine/ports-desk.ts'
import type { Carrier } from './carry-act.ts'
import { createGithubDesk, type GithubDesk } from './github-desk.ts'
import { createLocalDesk } from './local-desk.ts'
import type { Office } from './office.ts'
import { openOwnedPlaces } from './owned-places.ts'

export type DeskOptions = {
  /** `undefined`: there is no App yet. Another object: another App. */
  github: () => Github | undefined
  fetchArchive: FetchArchive
  settings: Settings
  /** Where the server runs. */
  folder: string
  isOperator: (person: Person) => boolean
  now: () => number
}

/** One desk for each engine, however many doors ask for it. */
export function openDesk(options: DeskOptions): (carrier: Carrier) => Desk & Office {
  const desks = new WeakMap<Carrier['engine'], Desk & Office>()
  return (carrier) => {
    const desk = desks.get(carrier.engine) ?? choosing(carrier, options)
    desks.set(carrier.engine, desk)
    return desk
  }
}

function choosing({ engine, store }: Carrier, options: DeskOptions): Desk & Office {
  const owned = openOwnedPlaces(store, options.now)
  const local = createLocalDesk({ ...options, engine, store, owned })
  const githubDesk = following(options.github, (github) => {
    return createGithubDesk({ ...options, engine, store, github }, { owned, now: options.now })
  })
  return choose(githubDesk, local)
}

/** Exported for the tests of the choice. */
export function choose(githubDesk: () => GithubDesk | undefined, local: Desk & Office): Desk & Office {
  const of = async (application: string): Promise<Desk & Office> => {
    const desk = githubDesk()
    return (await desk?.has(application)) && desk ? desk : local
  }
  return {
    async places(person) {
      const [theirs = [], own] = await Promise.all([githubDesk()?.places(person), local.places(person)])
      return [...theirs, ...own.filter((each) => !theirs.some(({ application }) => application === each.application))]
    },
    placesOf: async (application) => (await of(application)).placesOf(application),
    accountOf: async (login) => await githubDesk()?.accountOf(login),
    commitOfPull: async (application, number) => (await of(application)).commitOfPull(application, number),
    mayLook: async (person, application) => (await of(application)).mayLook(person, application),
    mayAct: async (person, target, verb) => (await of(target.application)).mayAct(person, target, verb),
    act: async (asker, act) => (await of(act.target.application)).act(asker, act),
    plan: async (asker, act) => (await of(act.target.application)).plan(asker, act),
    refs: async (person, target, typed) => (await of(target.application)).refs(person, target, typed),
  }
}

function following<Key, Value>(current: () => Key | undefined, make: (key: Key) => Value): () => Value | undefined {
  let made: { key: Key; value: Value } | undefined
  return () => {
    const key = current()
    if (key === undefined) return undefined
    if (made?.key !== key) made = { key, value: make(key) }
    return made.value
  }
}
