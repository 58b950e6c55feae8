// What the hosts of each environment are known to run and to have run: the part of `MemoryStore` that outlasts its rollouts.

import type { Commit, HostRecord, HostRelease } from '../../engine/ports.ts'

export type Place = { application: string; environment: string }
export type Interval = HostRelease & Place
export type Written = Pick<Commit, 'records' | 'releases'>

export class MemoryFleet {
  readonly #records = new Map<string, Map<string, HostRecord>>()
  #intervals: Interval[] = []

  write({ application, environment }: Place, { records, releases }: Written): void {
    const place = { application, environment }
    const known = this.#records.get(keyOf(place)) ?? new Map<string, HostRecord>()
    for (const record of records) known.set(record.name, record)
    this.#records.set(keyOf(place), known)
    for (const { name, at } of releases.closed) this.#closeOpen(place, name, at)
    for (const release of releases.opened) {
      this.#closeOpen(place, release.name, release.from)
      this.#intervals.push({ ...release, ...place })
    }
  }

  records(place: Place): HostRecord[] {
    const records = this.#records.get(keyOf(place))?.values() ?? []
    return structuredClone([...records].sort((a, b) => compare(a.name, b.name)))
  }

  releases(place: Place, range = EVER): HostRelease[] {
    return this.#intervals
      .filter((one) => keyOf(one) === keyOf(place))
      .filter((one) => one.from <= range.to && (one.to ?? range.from) >= range.from)
      .map(({ application: _application, environment: _environment, ...release }) => structuredClone(release))
      .sort((a, b) => a.from - b.from || compare(a.name, b.name))
  }

  where(is: (interval: Interval) => boolean): Interval[] {
    const order = (a: Interval, b: Interval) =>
      compare(keyOf(a), keyOf(b)) || a.from - b.from || compare(a.name, b.name)
    return structuredClone(this.#intervals.filter(is)).sort(order)
  }

  #closeOpen(place: Place, name: string, at: number): void {
    this.#intervals = this.#intervals.map((one) =>
      keyOf(one) === keyOf(place) && one.name === name && one.to === undefined
        ? { ...one, to: Math.max(one.from, at) }
        : one,
    )
  }
}

const EVER = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }

function keyOf({ application, environment }: Place): string {
  return `${application}/${environment}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
