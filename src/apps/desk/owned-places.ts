// Every environment that the store knows, and the repository that its newest rollout belongs to. Reads only.

import type { Target } from '../../core/command.ts'
import type { Store } from '../../engine/ports.ts'
import { remember } from './remember.ts'

/** `repository`: owner and name; absent for what was rolled out from a terminal. */
export type OwnedPlace = Target & { repository?: string }

export type OwnedPlaces = () => Promise<readonly OwnedPlace[]>

const MOST_ROLLOUTS = 1_000
const FRESH_MS = 1_000

/** Remembered for a second: every look at every door asks. */
export function openOwnedPlaces(store: Store, now: () => number): OwnedPlaces {
  /** By rollout: what a rollout belongs to never changes. */
  const owners = new Map<string, string | undefined>()
  const ownerOf = async (rollout: string) => {
    if (!owners.has(rollout)) owners.set(rollout, (await store.rollout(rollout))?.plan.work.release.repository)
    return owners.get(rollout)
  }
  const read = async () => {
    const newest = new Map<string, Target & { id: string }>()
    for (const { id, application, environment } of await store.rollouts({ limit: MOST_ROLLOUTS })) {
      const key = JSON.stringify([application, environment])
      if (!newest.has(key)) newest.set(key, { id, application, environment })
    }
    const places: OwnedPlace[] = []
    for (const { id, ...target } of newest.values()) {
      const repository = await ownerOf(id)
      places.push({ ...target, ...(repository !== undefined && { repository }) })
    }
    return places
  }
  const remembered = remember({ forMs: FRESH_MS, atMostMs: FRESH_MS, now }, () => '', read)
  return () => remembered(undefined)
}
