// What the hosts of each environment are known to run and to have run: the part of `MemoryStore` that outlasts its rollouts.

import type { Commit, HostRecord, HostRelease } from '../../engine/ports.ts'

export type Place = { application: string; environment: string }
export type Interval = HostRelease & Place
export type Written = Pick<Commit, 'records' | 'releases'>

/** `open`: what each host runs now; looked up by name, for fleets are large. */
type Kept = Place & { records: Map<string, HostRecord>; intervals: Interval[]; open: Map<string, Interval> }

export class MemoryFleet {
  readonly #places = new Map<string, Kept>()

  write(place: Place, { records, releases }: Written): void {
    const { application, environment } = place
    const kept: Kept = this.#of(place) ?? {
      application,
      environment,
      records: new Map(),
      intervals: [],
      open: new Map(),
    }
    this.#places.set(keyOf(place), kept)
    for (const record of records) kept.records.set(record.name, record)
    for (const { name, at } of releases.closed) close(kept, name, at)
    for (const release of releases.opened) {
      close(kept, release.name, release.from)
      const interval = { ...release, application, environment }
      kept.intervals.push(interval)
      if (interval.to === undefined) kept.open.set(interval.name, interval)
    }
  }

  records(place: Place): HostRecord[] {
    const records = this.#of(place)?.records.values() ?? []
    return structuredClone([...records].sort((a, b) => compare(a.name, b.name)))
  }

  releases(place: Place, range = EVER): HostRelease[] {
    return (this.#of(place)?.intervals ?? [])
      .filter((one) => one.from <= range.to && (one.to ?? range.from) >= range.from)
      .map(({ application: _application, environment: _environment, ...release }) => structuredClone(release))
      .sort((a, b) => a.from - b.from || compare(a.name, b.name))
  }

  /** The newest first. */
  ran(place: Place, { name, limit }: { name: string; limit: number }): HostRelease[] {
    const ran = this.releases(place).filter((release) => release.name === name)
    return ran.reverse().slice(0, limit)
  }

  where(is: (interval: Interval) => boolean, most: number): Interval[] {
    const order = (a: Interval, b: Interval) =>
      compare(keyOf(a), keyOf(b)) || a.from - b.from || compare(a.name, b.name)
    const found = [...this.#places.values()].flatMap(({ intervals }) => intervals.filter(is))
    const newest = found.sort((a, b) => b.from - a.from).slice(0, most)
    return structuredClone(newest).sort(order)
  }

  #of(place: Place): Kept | undefined {
    return this.#places.get(keyOf(place))
  }
}

function close({ open }: Kept, name: string, at: number): void {
  const interval = open.get(name)
  if (!interval) return
  interval.to = Math.max(interval.from, at)
  open.delete(name)
}

const EVER = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }

function keyOf({ application, environment }: Place): string {
  return `${application}/${environment}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
