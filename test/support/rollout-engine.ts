// Engines on one store, one queue and one set of hosts, as several processes would be; a process can die between any two
// of its writes. Time is virtual.

import { MemoryJobs, MemoryQueue } from '../../src/adapters/memory/jobs.ts'
import { MemoryStore } from '../../src/adapters/memory/store.ts'
import type { Person } from '../../src/core/intent.ts'
import type { HostState } from '../../src/core/rollout.ts'
import type { Strategy } from '../../src/core/strategy.ts'
import { Engine, type Started } from '../../src/engine/engine.ts'
import type { DeployRequest } from '../../src/engine/plan-deploy.ts'
import type { Clock, Commit, Ids, Jobs, Remote, RemoteSession, RolloutRecord, Store } from '../../src/engine/ports.ts'
import { rolloutWake } from '../../src/engine/ports.ts'
import { FakeRemote } from './fake-remote.ts'
import { fleetOf, plain, sha256, workOf } from './plan-of.ts'
import { VirtualClock } from './virtual-clock.ts'

export const ada: Person = { via: 'terminal', id: '1', name: 'ada' }
const ENVIRONMENT = 'shop/production'
const SWEEP_MS = 2_000

export type House = { clock: VirtualClock; store: MemoryStore; remote: FakeRemote; queue: MemoryQueue; ids: Ids }

export function openHouse(): House {
  const clock = new VirtualClock()
  const house = {
    clock,
    store: new MemoryStore(),
    remote: new FakeRemote(clock),
    queue: new MemoryQueue(),
    ids: numbered(),
  }
  sweep(house)
  return house
}

function numbered(): Ids {
  let last = 0
  return { next: () => `id${String(++last).padStart(6, '0')}`, digest: sha256 }
}

/** What the real jobs do too: whatever is pending gets a job sooner or later. */
function sweep({ clock, store, queue }: House): void {
  clock.after(SWEEP_MS, async () => {
    for (const { id } of await store.pending()) queue.add({ id, key: ENVIRONMENT })
    sweep({ clock, store, queue } as House)
  })
}

/**
 * What a process does when it commits: `before` may throw, and after `dieAfter` commits it dies, the last one written. `wake`
 * may throw instead of waking anybody.
 */
export type Fate = {
  before?: (commit: Commit, number: number) => void
  dieAfter?: number
  dieBefore?: number
  wake?: () => void
}

export class Process {
  readonly engine: Engine
  readonly commits: Commit[] = []
  readonly failures: unknown[] = []
  readonly #house: House
  readonly #fate: Fate
  #alive = true
  #lost = false
  #driving = 0
  #takers: (() => void)[] = []
  readonly #sessions: RemoteSession[] = []

  constructor(house: House, fate: Fate = {}) {
    this.#house = house
    this.#fate = fate
    const store = this.#store()
    const { clock, ids } = house
    this.engine = new Engine({
      ...{ store, ids, clock: this.#clock(clock), remote: this.#remote(), jobs: this.#jobs(store) },
      failed: (_, error) => this.failures.push(error),
    })
  }

  get alive(): boolean {
    return this.#alive
  }

  /** Dies as by `kill -9`: nothing that it had under way goes on, and its jobs are free. */
  die(): void {
    this.#alive = false
    for (const session of this.#sessions) session.detach()
    this.loseJob()
  }

  /** The others believe it dead: its job is free, and it takes no other. It goes on nevertheless. */
  loseJob(): void {
    this.#lost = true
    for (const take of this.#takers) this.#house.queue.takers.delete(take)
    if (this.#driving > 0) this.#house.queue.jobs.delete(ENVIRONMENT)
    this.#driving = 0
  }

  #clock(clock: VirtualClock): Clock {
    const after: Clock['after'] = (ms, call) => clock.after(ms, () => this.#alive && call())
    return { now: () => clock.now(), monotonic: () => clock.monotonic(), after }
  }

  #remote(): Remote {
    const { remote } = this.#house
    return {
      open: (work, listen) => {
        const session = remote.open(work, listen)
        this.#sessions.push(session)
        return session
      },
      probe: (hosts) => remote.probe(hosts),
      close: () => remote.close(),
    }
  }

  #jobs(store: Store): Jobs {
    const { queue } = this.#house
    const jobs = new MemoryJobs(async () => (await store.pending()).map(rolloutWake), queue)
    return {
      wake: async (job) => {
        this.#fate.wake?.()
        await jobs.wake(job)
      },
      stop: () => jobs.stop(),
      start: async (drive) => {
        const others = new Set(queue.takers)
        await jobs.start(async (rollout, signal) => {
          this.#driving = 1
          await drive(rollout, signal).finally(() => {
            this.#driving = 0
          })
        })
        this.#takers = [...queue.takers].filter((take) => !others.has(take))
        if (this.#lost) this.loseJob()
      },
    }
  }

  /** A dead process gets no answer. */
  #store(): Store {
    const never = new Promise<never>(() => {})
    const commit: Store['commit'] = async (one) => {
      this.#fate.before?.(one, this.commits.length + 1)
      if (this.commits.length + 1 === this.#fate.dieBefore) this.die()
      if (!this.#alive) return never
      this.commits.push(structuredClone(one))
      const outcome = await this.#house.store.commit(one)
      if (this.commits.length === this.#fate.dieAfter) this.die()
      return this.#alive ? outcome : never
    }
    return new Proxy<Store>(this.#house.store, {
      get: (store, name) => {
        if (name === 'commit') return commit
        const method: unknown = Reflect.get(store, name)
        if (typeof method !== 'function') return method
        return (...given: unknown[]) => (this.#alive ? Reflect.apply(method, store, given) : never)
      },
    })
  }
}

/** A process that drives. */
export async function startProcess(house: House, fate: Fate = {}): Promise<Process> {
  const process = new Process(house, fate)
  await process.engine.start()
  return process
}

export function request(
  release: string,
  over: Partial<Strategy> & { zones?: Record<string, number> } = {},
): DeployRequest {
  const { zones = { a: 2, b: 2 }, ...strategy } = over
  const shape = { ...plain, ...strategy }
  return { work: workOf(release), fleet: fleetOf(zones), strategy: shape, includeCurrent: false, by: ada }
}

/** The rollout that was started; a refusal is a fault of the test. */
export function startedBy(outcome: Started | { kind: 'refused'; reason: string }): Started {
  if (outcome.kind === 'refused') throw new Error(`refused: ${outcome.reason}`)
  return outcome
}

export async function deploy(house: House, { engine }: Process, what: DeployRequest): Promise<string> {
  const { rollout } = startedBy(await inTime(house, engine.deploy(what)))
  return rollout
}

/** Lets time pass until the promise is fulfilled. */
export async function inTime<Value>({ clock }: Pick<House, 'clock'>, promise: Promise<Value>): Promise<Value> {
  let settled = false
  const done = promise.finally(() => {
    settled = true
  })
  done.catch(() => {})
  await clock.until(() => settled)
  return done
}

export async function phaseOf(
  { store }: Pick<House, 'store'>,
  rollout: string,
): Promise<RolloutRecord['cursor']['phase'] | undefined> {
  return (await store.rollout(rollout))?.cursor.phase
}

/** Lets time pass until the rollout is in this phase. */
export function until(
  house: Pick<House, 'clock' | 'store'>,
  rollout: string,
  phase: RolloutRecord['cursor']['phase'],
): Promise<void> {
  return house.clock.until(async () => (await phaseOf(house, rollout)) === phase)
}

/** `a1 + a2 x`: each host's phase as it is stored. */
export async function stored({ store }: House, rollout: string): Promise<Record<string, HostState>> {
  const record = await store.rollout(rollout)
  const hosts = await store.hosts(rollout)
  return Object.fromEntries(
    (record?.plan.hosts ?? []).flatMap(({ host }, index) => {
      const state = hosts[index]
      return state ? [[host.name, state]] : []
    }),
  )
}

export async function phases(house: House, rollout: string): Promise<Record<string, string>> {
  return Object.fromEntries(Object.entries(await stored(house, rollout)).map(([name, { phase }]) => [name, phase]))
}
