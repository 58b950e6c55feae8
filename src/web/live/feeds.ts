// The feeds of all rollouts that somebody watches: opened with the first listener, dropped a while after the last one. What this
// process drives is heard from its engine; of what others drive, the store is looked at.

import type { RolloutFacts } from '../../core/report.ts'
import { hasEnded } from '../../core/rollout.ts'
import type { RolloutState } from '../../core/rollout-state.ts'
import type { Clock, Ids, RolloutRecord, Store } from '../../engine/ports.ts'
import { Feed } from './feed.ts'

export type LiveGround = {
  store: Pick<Store, 'rollout' | 'hosts' | 'version'>
  /** Of this process: called after each commit. The state must only be read, and only during the call. */
  watch: (watcher: (rollout: string, state: RolloutState) => void) => () => void
  /** Whether this process drives a rollout now. */
  drives: (rollout: string) => boolean
  clock: Clock
  ids: Pick<Ids, 'next'>
  /** The store did not answer; it is asked again. */
  failed: (fault: Error) => void
}

const LOOK_MS = 500
/** What has ended may be retried; nobody minds a moment. */
const REST_LOOK_MS = 5_000
const BEAT_MS = 15_000
/** How long a feed waits for listeners to come back. */
const LINGER_MS = 60_000
/** Feeds that wait so, at most: each holds a fleet. */
const MOST_LINGERING = 20

type Watched = { feed: Feed; record: RolloutRecord; listeners: number; version: string; stops: (() => void)[] }

/** This process ends; another one, or the next, has the rollout as before. */
export class FeedsClosed extends Error {
  constructor() {
    super('this process opens no stream any more')
    this.name = 'FeedsClosed'
  }
}

export class Feeds {
  readonly #ground: LiveGround
  readonly #watched = new Map<string, Promise<Watched | undefined>>()
  readonly #open = new Map<string, Watched>()
  readonly #unwatch: () => void
  #closed = false

  constructor(ground: LiveGround) {
    this.#ground = ground
    this.#unwatch = ground.watch((rollout, state) => this.#heard(rollout, state))
  }

  /** `undefined`: there is no such rollout. Whoever got a feed calls `leave` once. Throws `FeedsClosed`. */
  async join(rollout: string): Promise<{ feed: Feed; leave: () => void } | undefined> {
    const opening = this.#watched.get(rollout) ?? this.#begin(rollout)
    this.#watched.set(rollout, opening)
    const watched = await opening.catch((error: unknown) => {
      this.#watched.delete(rollout)
      throw error
    })
    if (!watched) this.#watched.delete(rollout)
    if (this.#closed) this.#drop(rollout)
    if (this.#closed) throw new FeedsClosed()
    if (!watched) return undefined
    watched.listeners += 1
    return { feed: watched.feed, leave: () => this.#leave(rollout, watched) }
  }

  close(): void {
    this.#closed = true
    this.#unwatch()
    for (const rollout of [...this.#open.keys()]) this.#drop(rollout)
  }

  async #begin(rollout: string): Promise<Watched | undefined> {
    const { store, clock, ids } = this.#ground
    const record = await store.rollout(rollout)
    if (!record) return undefined
    const version = await store.version(record)
    const facts = { ...record, hosts: await store.hosts(rollout) }
    const watched: Watched = {
      ...{ feed: new Feed({ id: ids.next(), facts, clock }), record, listeners: 0, version },
      stops: [],
    }
    this.#open.set(rollout, watched)
    this.#keepLooking(rollout, watched)
    this.#keepBeating(watched)
    // Between the look and now a commit may have passed unheard.
    await this.#look(rollout, watched)
    return watched
  }

  #heard(rollout: string, { cursor, hosts }: RolloutState): void {
    const watched = this.#open.get(rollout)
    if (!watched) return
    // When it ended stands in the store only.
    if (hasEnded(cursor.phase)) return void this.#look(rollout, watched)
    const { finishedAt: _, ...record } = watched.record
    watched.feed.stand({ ...record, cursor, hosts: hosts.slice() })
  }

  #keepLooking(rollout: string, watched: Watched): void {
    const { clock, drives } = this.#ground
    const pace = hasEnded(watched.feed.facts.cursor.phase) ? REST_LOOK_MS : LOOK_MS
    watched.stops[0] = clock.after(pace, () => {
      const look = drives(rollout) || watched.listeners === 0 ? Promise.resolve() : this.#lookIfMoved(rollout, watched)
      void look.finally(() => {
        if (this.#open.get(rollout) === watched) this.#keepLooking(rollout, watched)
      })
    })
  }

  #keepBeating(watched: Watched): void {
    watched.stops[1] = this.#ground.clock.after(BEAT_MS, () => {
      watched.feed.beat()
      this.#keepBeating(watched)
    })
  }

  async #lookIfMoved(rollout: string, watched: Watched): Promise<void> {
    const version = await this.#ground.store.version(watched.record).catch(this.#ground.failed)
    if (version === undefined || version === watched.version) return
    watched.version = version
    await this.#look(rollout, watched)
  }

  /** A commit that is heard meanwhile is newer than what is read. */
  async #look(rollout: string, watched: Watched): Promise<void> {
    const { store, failed } = this.#ground
    const before = watched.feed.facts
    try {
      const [record, hosts] = [await store.rollout(rollout), await store.hosts(rollout)]
      if (record && watched.feed.facts === before) watched.feed.stand({ ...record, hosts } satisfies RolloutFacts)
    } catch (error) {
      watched.version = ''
      failed(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #leave(rollout: string, watched: Watched): void {
    watched.listeners -= 1
    if (watched.listeners > 0) return
    const lingering = [...this.#open].filter(([, { listeners }]) => listeners === 0)
    if (lingering.length > MOST_LINGERING) this.#drop(lingering[0]?.[0] ?? rollout)
    watched.stops[2]?.()
    watched.stops[2] = this.#ground.clock.after(LINGER_MS, () => {
      if (watched.listeners === 0) this.#drop(rollout)
    })
  }

  #drop(rollout: string): void {
    const watched = this.#open.get(rollout)
    this.#open.delete(rollout)
    this.#watched.delete(rollout)
    for (const stop of watched?.stops ?? []) stop()
    watched?.feed.end()
  }
}
