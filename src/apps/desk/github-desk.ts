// The desk of the repositories that are granted hosts: what their houston.yml says on the default branch, and what GitHub says
// people may do, both asked anew for each act. Whoever may not look learns nothing from a refusal.

import type { Person, Refusal } from '../../core/intent.ts'
import type { Act, Desk } from '../../engine/ports-desk.ts'
import { actInHome, planInHome } from './act-in-home.ts'
import { noteRefused } from './carry-act.ts'
import { ConfirmedRights } from './confirmed-rights.ts'
import { type GithubLooks, NO_LOOK, openGithubLooks } from './github-looks.ts'
import { type Home, type Place, readHome } from './home.ts'
import { homeToAct } from './last-good.ts'
import { laterMs } from './later.ts'
import type { Means } from './means.ts'
import type { OwnedPlaces } from './owned-places.ts'
import { isInsider } from './rights.ts'
import { openSeenHomes, type SeenHomes } from './seen-homes.ts'

export type GithubDesk = Desk & GithubLooks & Pick<SeenHomes, 'has'>

const MINUTE_MS = 60_000

/** Lives as long as the App's credentials. */
export function createGithubDesk(means: Means, { owned, now }: { owned: OwnedPlaces; now: () => number }): GithubDesk {
  const memory = { forMs: MINUTE_MS, atMostMs: 60 * MINUTE_MS, now }
  const homes = openSeenHomes(means, { owned, memory })
  const confirmed = new ConfirmedRights(now)
  return {
    has: (application) => homes.has(application),
    ...openGithubLooks(means, { homes, memory }),
    async act(asker, act) {
      const { person } = asker
      try {
        const home = await enter(means, homes, { person, act })
        // Names that a stranger made up stay out of the audit.
        if (!home) return NO_LOOK
        if ('reason' in home) return await noteRefused(means.store, { asker, act }, home)
        const acted = await actInHome(means, home, { asker, act })
        // Who may approve need not be one who may act.
        if (act.verb !== 'approve') confirmed.heed(person, { act, acted })
        return await hidden(acted, home, person)
      } catch (error) {
        if (laterMs(error) === undefined) throw error
        return (await confirmed.ease(means, { asker, act })) ?? Promise.reject(error)
      }
    },
    async plan(asker, act) {
      const { person } = asker
      const home = await enter(means, homes, { person, act })
      if (!home) return NO_LOOK
      return 'reason' in home ? home : await hidden(await planInHome(means, home, { asker, act }), home, person)
    },
  }
}

/** The repository as it is at this moment; `undefined`: there is none that the person could know of. */
async function enter(
  means: Means,
  homes: SeenHomes,
  { person, act }: { person: Person; act: Act },
): Promise<Home | Refusal | undefined> {
  const owner = await homes.ownerOf(act.target)
  if (owner === undefined || typeof owner !== 'string') return owner
  const reading = await readHome(means, owner)
  const home = homeToAct(means.github, { reading, act })
  if (home || reading.kind === 'home') return home
  return (await isInsider(reading.place, person)) ? reading.refusal : NO_LOOK
}

/** What an act would need is said to those who may know that there is something to act on. */
async function hidden<Outcome extends { kind: string }>(
  outcome: Outcome | Refusal,
  place: Place,
  person: Person,
): Promise<Outcome | Refusal> {
  const tells = 'reason' in outcome && outcome.reason === 'not-allowed'
  return tells && !(await isInsider(place, person)) ? NO_LOOK : outcome
}
