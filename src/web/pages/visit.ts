// What every page needs and answers: who looks, at what, and a body for the frame around it. Nobody sees a page of an application
// that they may not look at, and what is hidden looks like what does not exist.

import type { Context } from 'hono'
import type { Target } from '../../core/command.ts'
import type { Person, Refusal } from '../../core/intent.ts'
import type { Store } from '../../engine/ports.ts'
import type { Desk } from '../../engine/ports-desk.ts'
import type { TokenDesk } from '../sign-in/token.ts'
import type { View } from '../view/html.ts'
import type { Known, WebEnv, Who } from '../who.ts'
import type { Assets } from './assets.ts'

export type PagesDeps = {
  store: Pick<
    Store,
    | 'rollout'
    | 'rollouts'
    | 'hosts'
    | 'records'
    | 'releases'
    | 'ran'
    | 'locks'
    | 'audit'
    | 'where'
    | 'log'
    | 'leadTimes'
  >
  desk: Desk
  assets: Assets
  /** A refusal in words; commands in it are the terminal's. */
  words: (refusal: Refusal, environment: string) => { what: string; why: string; next: string }
  /** `undefined`: this one has no tokens. Absent: nobody has. */
  tokens?: (who: Who) => TokenDesk | undefined
  /** ms since 1970. */
  now: () => number
  /** Unique: names what a form asks for. */
  newIntent: () => string
  /** What could not be asked for, and why, for the log. */
  failed: (fault: Error) => void
}

export type Visit = {
  deps: PagesDeps
  context: Context<WebEnv>
  who: Known
  person: Person
}

/** `title` is text. `live`: the island goes on from here. */
export type Body = { title: string; view: View; status?: 200 | 400 | 401 | 403 | 404 | 409 | 503; live?: boolean }

export type Page = (visit: Visit) => Promise<Body | Response>

/** The environment that the path names; `undefined`: there is none, or not for this person. */
export async function targetOf({ deps, context, person }: Visit): Promise<Target | undefined> {
  const { application, environment } = context.req.param()
  if (application === undefined || environment === undefined) return undefined
  if (await deps.desk.mayLook(person, application)) return undefined
  const target = { application, environment }
  return (await exists(deps, person, target)) ? target : undefined
}

/** Something was rolled out to it, or somebody has written it down. */
async function exists({ store, desk }: PagesDeps, person: Person, target: Target): Promise<boolean> {
  if ((await store.rollouts({ ...target, limit: 1 })).length > 0) return true
  const places = await desk.places(person)
  return places.some((each) => each.application === target.application && each.environment === target.environment)
}

export async function mayAct({ deps, person }: Visit, target: Target): Promise<boolean> {
  return (await deps.desk.mayAct(person, target)) === undefined
}

/** A number of the query; `least` when it is none. */
export function numberOf(text: string | undefined, least: number): number {
  const number = Number(text)
  return Number.isSafeInteger(number) && number >= least ? number : least
}
