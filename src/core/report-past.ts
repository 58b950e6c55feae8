// What ran where, now and then: built from the intervals in which hosts ran releases. No wording.

import type { Names } from './report-hosts.ts'
import { NAMES_SHOWN } from './report-hosts.ts'

/** A host ran a release from one moment to another (ms since 1970); `to` is absent while it runs. */
export type Ran = { name: string; zone: string; release: string; from: number; to?: number }

export type HostThen = { name: string; zone: string; release: string; since: number }

/** What each host ran at a moment, by name. A host that ran nothing known then is not in the list. */
export function asOf(ran: readonly Ran[], at: number): HostThen[] {
  const hosts = new Map<string, HostThen>()
  for (const { name, zone, release, from, to } of ran) {
    if (from > at || (to !== undefined && to <= at)) continue
    const other = hosts.get(name)
    if (!other || other.since < from) hosts.set(name, { name, zone, release, since: from })
  }
  return [...hosts.values()].sort((a, b) => byText(a.zone, b.zone) || byText(a.name, b.name))
}

export type Whereabouts = {
  application: string
  environment: string
  release: string
  /** Hosts that run it now, and those that ran it only before. */
  now: Names
  before: Names
  first: number
  /** When the last host left it; absent while one runs it. */
  last?: number
}

type Place = Ran & { application: string; environment: string }

/** One entry per environment and release, those that run now first, then the newest. */
export function whereabouts(places: readonly Place[]): Whereabouts[] {
  const groups = Map.groupBy(places, ({ application, environment, release }) =>
    JSON.stringify([application, environment, release]),
  )
  const found = [...groups.values()].flatMap(summarise)
  return found.sort((a, b) => Number(b.now.count > 0) - Number(a.now.count > 0) || b.first - a.first)
}

function summarise(places: readonly Place[]): Whereabouts[] {
  const [one] = places
  if (!one) return []
  const now = new Set(places.filter((place) => place.to === undefined).map((place) => place.name))
  const before = new Set(places.map((place) => place.name).filter((name) => !now.has(name)))
  const { application, environment, release } = one
  const first = places.reduce((least, place) => Math.min(least, place.from), one.from)
  const last = places.reduce((most, place) => Math.max(most, place.to ?? 0), 0)
  return [
    {
      ...{ application, environment, release, now: cut(now), before: cut(before), first },
      ...(now.size === 0 && { last }),
    },
  ]
}

function cut(names: ReadonlySet<string>): Names {
  return { count: names.size, names: [...names].sort(byText).slice(0, NAMES_SHOWN) }
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
