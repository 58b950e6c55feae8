// One process of Houston in the simulation: the real engine behind ports that count its effects, and that can kill it, make
// it stand still, or take its answers away.

import { Engine } from '../../src/engine/engine.ts'
import {
  type Claim,
  type Clock,
  type HostReport,
  type Ids,
  type Remote,
  type RemoteSession,
  rolloutWake,
  type Store,
} from '../../src/engine/ports.ts'
import type { FakeRemote } from '../support/fake-remote.ts'
import { Gate } from './gate.ts'
import type { Judge } from './judge/judge.ts'
import { LeaseJobs } from './lease-jobs.ts'
import type { LeaseQueue } from './lease-queue.ts'
import { type Call, type Luck, mayRepeat } from './luck.ts'

/** What all replicas share. */
export type Ground = {
  clock: Clock
  store: Store
  remote: FakeRemote
  queue: LeaseQueue
  ids: Ids
  luck: Luck
  judge: Judge
  /** By rollout: what was reported to whoever drove it. */
  strays: Map<string, HostReport[]>
  /** A replica died of a crash that was meant for it. */
  died: (replica: Replica, forMs: number) => void
}

type Listener = (reports: readonly HostReport[]) => void

/** The store did not answer, or not in time. */
export class Outage extends Error {}

export class Replica {
  readonly index: number
  readonly gate = new Gate()
  readonly engine: Engine
  effects = 0
  readonly #ground: Ground
  readonly #clock: Clock
  readonly #sessions: RemoteSession[] = []

  constructor(ground: Ground, index: number) {
    this.#ground = ground
    this.index = index
    this.#clock = this.gate.clock(ground.clock)
    const store = this.#store()
    const jobs = new LeaseJobs({
      ...{ queue: ground.queue, clock: this.#clock, send: (_, call) => this.#send('jobs', async () => call()) },
      pending: async () => (await store.pending()).map(rolloutWake),
      arrivals: () => ground.luck.wakes(),
    })
    const failed = (_: string, error: unknown) => error instanceof Outage || ground.judge.fault(error)
    this.engine = new Engine({ store, jobs, remote: this.#remote(), clock: this.#clock, ids: ground.ids, failed })
  }

  /** As by `kill -9`: nothing that it has under way goes on, but for what it has sent already. */
  die(): void {
    this.gate.die()
    for (const session of this.#sessions) session.detach()
  }

  #store(): Store {
    const send = (name: string, call: () => Promise<unknown>) => this.#send(name, call)
    return new Proxy(this.#ground.store, {
      get: (store, name) => {
        const method: unknown = Reflect.get(store, name)
        if (typeof method !== 'function') return method
        return (...given: unknown[]) => send(String(name), () => Reflect.apply(method, store, given))
      },
    })
  }

  /** A call to the database: it travels, is done there, and answers when this process can hear. */
  #send<Value>(method: string, call: () => Promise<Value>): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      const made = this.#begin(method)
      if (!made) return
      const { clock, luck } = this.#ground
      clock.after(luck.travelMs(), () => {
        const answer = (hear: () => void) => this.#end(made) && this.gate.pass(hear)
        this.#serve(method, call).then(
          (value) => answer(() => resolve(value)),
          (error: unknown) => answer(() => reject(error)),
        )
      })
    })
  }

  async #serve<Value>(method: string, call: () => Promise<Value>): Promise<Value> {
    const fails = this.#ground.luck.storeFails(method)
    if (fails === 'before') throw new Outage('the store cannot be reached')
    const value = await call()
    if (fails === 'after') throw new Outage('the connection was cut before the answer')
    return value
  }

  /** Answers which call it is, or nothing when the process is dead by then. */
  #begin(call: string): Call | undefined {
    if (this.gate.state === 'dead') return undefined
    this.effects += 1
    const made = this.#ground.luck.callOf(this.effects, call)
    return this.#survives(made, 'before') ? made : undefined
  }

  #end(made: Call): boolean {
    return this.gate.state !== 'dead' && this.#survives(made, 'after')
  }

  #survives(made: Call, when: 'before' | 'after'): boolean {
    const crash = this.#ground.luck.crash(this.index, made, when)
    if (!crash) return true
    this.die()
    this.#ground.died(this, crash.forMs)
    return false
  }

  #remote(): Remote {
    const { remote, judge } = this.#ground
    const act = (name: string, call: () => void) => {
      const made = this.#begin(name)
      if (!made) return
      call()
      this.#end(made)
    }
    return {
      open: (work, listen) => {
        const hear = (reports: readonly HostReport[]) => this.gate.pass(() => listen(reports))
        const session = this.#withStrays(work.rollout, hear, (mixed) => remote.openFor(this.#clock, work, mixed))
        this.#sessions.push(session)
        const run = (claims: readonly Claim[]) => {
          judge.claims(work, claims)
          session.run(claims)
        }
        return {
          run: (claims) => act('run', () => run(claims)),
          withdraw: () => act('withdraw', () => session.withdraw()),
          detach: () => session.detach(),
        }
      },
      probe: (hosts) => remote.probe(hosts),
      close: () => remote.close(),
    }
  }

  /** What other processes were told of this rollout comes to this one too, late; nothing after it has let go. */
  #withStrays(rollout: string, hear: Listener, open: (listen: Listener) => RemoteSession): RemoteSession {
    const { luck, strays, clock } = this.#ground
    const told = strays.get(rollout) ?? []
    strays.set(rollout, told)
    let attached = true
    for (const report of told) {
      const ms = luck.strayMs()
      if (ms !== undefined) clock.after(ms, () => attached && hear([report]))
    }
    const session = open((reports) => {
      told.push(...reports.filter(({ kind }) => mayRepeat(kind)))
      hear(reports)
    })
    const detach = () => {
      attached = false
      session.detach()
    }
    return { run: (claims) => session.run(claims), withdraw: () => session.withdraw(), detach }
  }
}
