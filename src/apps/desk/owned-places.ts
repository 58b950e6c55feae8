// Every environment that the store knows, however long nothing was rolled out to it, and the repository that its newest rollout
// belongs to. Reads only.

import type { Target } from '../../core/command.ts'
import type { Store } from '../../engine/ports.ts'
import { remember } from './remember.ts'

/** `repository`: owner and name; absent for what was rolled out from a terminal. */
export type OwnedPlace = Target & { repository?: string }

export type OwnedPlaces = () => Promise<readonly OwnedPlace[]>

type Rollouts = Pick<Store, 'rollouts' | 'rollout'>
type Newest = Target & { id: string }

const PAGE = 500
const FRESH_MS = 1_000

/** Remembered for a second: every look at every door asks. All rollouts are read once, then only those that came since. */
export function openOwnedPlaces(store: Rollouts, now: () => number): OwnedPlaces {
  const places = new Map<string, OwnedPlace>()
  let last: string | undefined
  const read = async () => {
    const { newest, by } = await readSince(store, last)
    for (const [key, { id, ...target }] of by) {
      const repository = (await store.rollout(id))?.plan.work.release.repository
      places.set(key, { ...target, ...(repository !== undefined && { repository }) })
    }
    last = newest ?? last
    return [...places.values()]
  }
  const remembered = remember({ forMs: FRESH_MS, atMostMs: FRESH_MS, now }, () => '', read)
  return () => remembered(undefined)
}

/** The newest rollout of each environment that has one since `last`; and the newest of all. */
async function readSince(
  store: Rollouts,
  last: string | undefined,
): Promise<{ newest?: string; by: ReadonlyMap<string, Newest> }> {
  const by = new Map<string, Newest>()
  let [newest, before]: (string | undefined)[] = []
  for (;;) {
    const page = await store.rollouts({ limit: PAGE, ...(before !== undefined && { before }) })
    for (const { id, application, environment } of page) {
      if (id === last) return { by, ...(newest !== undefined && { newest }) }
      newest ??= id
      const key = JSON.stringify([application, environment])
      if (!by.has(key)) by.set(key, { id, application, environment })
    }
    before = page.at(-1)?.id
    if (page.length < PAGE) return { by, ...(newest !== undefined && { newest }) }
  }
}
