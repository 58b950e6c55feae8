// A store, hosts, a forge and a chat, and processes that run the whole engine on them with an inbox and projections. Time is
// virtual; a process can die before or after any of its effects.

import { MemoryStore } from '../../src/adapters/memory/store.ts'
import { Engine } from '../../src/engine/engine.ts'
import type { DeployRequest } from '../../src/engine/plan-deploy.ts'
import { type Clock, type Ids, type Jobs, rolloutWake, type Wake } from '../../src/engine/ports.ts'
import type { Handled, Handlers, InboxMessage } from '../../src/engine/ports-inbox.ts'
import { chatSurface, FakeChat } from './fake-chat.ts'
import { FakeForge, forgeSurface } from './fake-forge.ts'
import { FakeRemote } from './fake-remote.ts'
import { sha256 } from './plan-of.ts'
import { ada, request } from './rollout-engine.ts'
import { VirtualClock } from './virtual-clock.ts'

const SWEEP_MS = 2_000

export type House = {
  clock: VirtualClock
  store: MemoryStore
  remote: FakeRemote
  forge: FakeForge
  chat: FakeChat
  ids: Ids
  /** What would be in the database: the work that a process has in hand, by kind and key. */
  held: Map<string, Process>
  /** Replaces what is handled, when set. */
  handle?: (message: string) => Promise<Handled>
}

export function openHouse(): House {
  const clock = new VirtualClock()
  let last = 0
  return {
    clock,
    store: new MemoryStore(() => clock.now()),
    remote: new FakeRemote(clock),
    forge: new FakeForge(clock),
    chat: new FakeChat(clock),
    ids: { next: () => `id${String(++last).padStart(6, '0')}`, digest: sha256 },
    held: new Map(),
  }
}

/** What can be told of a process's effects: they are counted from 1. */
export type Fate = { dieBefore?: number; dieAfter?: number }

const EFFECTS = [
  ...['create', 'takeOver', 'supersede', 'commit', 'post'],
  ...['receive', 'claim', 'settle', 'open', 'note', 'take', 'pause', 'find', 'update'],
]

export class Process {
  readonly engine: Engine
  readonly failures: [string, unknown][] = []
  effects = 0
  #alive = true
  readonly #house: House
  readonly #fate: Fate

  constructor(house: House, fate: Fate = {}) {
    this.#house = house
    this.#fate = fate
    const clock = this.#clock()
    const store = this.#mortal(house.store)
    const inbox = this.#mortal(house.store.inbox)
    const projections = this.#mortal(house.store.projections)
    const surfaces = [forgeSurface(this.#mortal(house.forge)), chatSurface(this.#mortal(house.chat))]
    const jobs = (kind: string, pending: () => Promise<Wake[]>) =>
      new ProcessJobs({ kind, process: this, house, clock, pending })
    this.engine = new Engine({
      ...{ store, clock, ids: house.ids },
      remote: {
        open: (work, listen) => house.remote.open(work, (reports) => this.#alive && listen(reports)),
        probe: (hosts) => house.remote.probe(hosts),
        close: () => house.remote.close(),
      },
      jobs: jobs('rollout', async () => (await store.pending()).map(rolloutWake)),
      inbox: {
        store: inbox,
        jobs: jobs('inbox', () => inbox.pending()),
        handlers: (engine) => handlersOf(house, engine),
      },
      projections: { store: projections, jobs: jobs('projection', () => projections.pending()), surfaces },
      failed: (what, error) => this.failures.push([what, error]),
    })
  }

  get alive(): boolean {
    return this.#alive
  }

  /** As by `kill -9`: nothing that it had under way goes on, and its work is free. */
  die(): void {
    this.#alive = false
    for (const [key, process] of this.#house.held) if (process === this) this.#house.held.delete(key)
  }

  #clock(): Clock {
    const { clock } = this.#house
    const after: Clock['after'] = (ms, call) => clock.after(ms, () => this.#alive && call())
    return { now: () => clock.now(), monotonic: () => clock.monotonic(), after }
  }

  /** The dead get no answer. */
  #mortal<Port extends object>(port: Port): Port {
    const never = new Promise<never>(() => {})
    return new Proxy(port, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name)
        if (typeof method !== 'function') return method
        const counts = typeof name === 'string' && EFFECTS.includes(name)
        return async (...given: unknown[]) => {
          const number = counts ? ++this.effects : 0
          if (this.#alive && counts && number === this.#fate.dieBefore) this.die()
          if (!this.#alive) return never
          const answer: unknown = await Reflect.apply(method, target, given)
          if (this.#alive && counts && number === this.#fate.dieAfter) this.die()
          return this.#alive ? answer : never
        }
      },
    })
  }
}

type Work = { kind: string; process: Process; house: House; clock: Clock; pending: () => Promise<Wake[]> }

/** One kind of work of one process: it looks at intervals for what is pending and nobody holds. */
class ProcessJobs implements Jobs {
  readonly #of: Work
  #stopped = false

  constructor(of: Work) {
    this.#of = of
  }

  async wake(): Promise<void> {}

  async start(drive: (id: string, signal: AbortSignal) => Promise<void>): Promise<void> {
    const look = async () => {
      for (const wake of await this.#of.pending()) this.#drive(wake, drive)
      if (!this.#stopped) this.#of.clock.after(SWEEP_MS, look)
    }
    this.#of.clock.after(0, look)
  }

  async stop(): Promise<void> {
    this.#stopped = true
  }

  #drive({ id, key }: Wake, drive: (id: string, signal: AbortSignal) => Promise<void>): void {
    const { house, process, kind } = this.#of
    const place = `${kind} ${key}`
    if (house.held.has(place) || this.#stopped) return
    house.held.set(place, process)
    const free = () => {
      if (house.held.get(place) === process) house.held.delete(place)
    }
    drive(id, new AbortController().signal).then(free, free)
  }
}

/** A door whose messages say `deploy r1 shop` or `halt shop`. */
export function door(key: string, body: string): InboxMessage {
  return { source: 'door', key, topic: 'asked', body }
}

function handlersOf(house: House, engine: Engine): Handlers {
  return {
    door: async ({ id, body }) => {
      if (house.handle) return await house.handle(id)
      const [verb, ...rest] = body.split(' ')
      const outcome =
        verb === 'deploy'
          ? await deploy(engine, id, rest)
          : await halt(house, engine, { id, application: rest[0] ?? '' })
      return { kind: 'done', note: outcome.kind }
    },
  }
}

function deploy(engine: Engine, intent: string, [release = 'r1', application = 'shop', hosts = '2']: string[]) {
  return engine.deploy({ ...releaseRequest(release, { application, hosts: Number(hosts) }), intent })
}

async function halt(house: House, engine: Engine, { id, application }: { id: string; application: string }) {
  const [newest] = await house.store.rollouts({ application, limit: 1 })
  if (!newest) throw new Error(`nothing runs in ${application}: the deploy may be on its way`)
  return await engine.askOnce(id, { rollout: newest.id, by: ada, ask: { kind: 'halt' } })
}

const COMMIT = 'c0ffee1234567890c0ffee1234567890c0ffee12'

/** A release of a commit, over two zones of so many hosts each: a and b, and others for each other application. */
export function releaseRequest(
  release: string,
  { application = 'shop', hosts = 2, atOnce = 1 }: { application?: string; hosts?: number; atOnce?: number } = {},
): DeployRequest {
  const batch = [{ kind: 'count', count: atOnce }] as const
  const [a, b] = application === 'shop' ? ['a', 'b'] : [`${application}-a`, `${application}-b`]
  const zones = { [a]: hosts, [b]: hosts }
  const plain = request(release, {
    zones,
    batch,
    maxUnavailable: { kind: 'count', count: atOnce },
  })
  const { work } = plain
  return { ...plain, work: { ...work, application, release: { ...work.release, commit: COMMIT } } }
}

export async function startProcess(house: House, fate: Fate = {}): Promise<Process> {
  const process = new Process(house, fate)
  void process.engine.start()
  await house.clock.pass(0)
  return process
}

/** All is handled, all has ended, and all is told. */
export async function isQuiet({ store }: House): Promise<boolean> {
  return store.inbox.isHandled && store.projections.isTold && (await store.pending()).length === 0
}
