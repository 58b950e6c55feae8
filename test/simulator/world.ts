// A whole world from a scenario: hosts, a store, a queue and replicas of the real engine, on one virtual clock. It lets
// time pass and inflicts what the scenario says; it judges nothing.

import type { HostReport, Ids } from '../../src/engine/ports.ts'
import { FakeRemote } from '../support/fake-remote.ts'
import { sha256 } from '../support/plan-of.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { Judge } from './judge/judge.ts'
import { LeaseQueue } from './lease-queue.ts'
import { Luck } from './luck.ts'
import { Replica } from './replica.ts'
import type { Fault, Scenario } from './scenario.ts'
import { WitnessedStore } from './witnessed-store.ts'

export class World {
  readonly scenario: Scenario
  readonly clock = new VirtualClock()
  readonly remote = new FakeRemote(this.clock)
  readonly judge = new Judge(this.remote, () => this.clock.monotonic())
  readonly store = new WitnessedStore(this.judge)
  readonly queue = new LeaseQueue(() => this.clock.monotonic())
  readonly luck: Luck
  readonly replicas: Replica[] = []
  /** What happened, in words; only kept when somebody wants to read it. */
  readonly story: string[] | undefined
  readonly #ids: Ids = numbered()
  readonly #strays = new Map<string, HostReport[]>()

  constructor(scenario: Scenario, story?: string[]) {
    this.scenario = scenario
    this.story = story
    this.luck = new Luck(scenario)
    this.judge.say = (words) => this.say(words)
    this.remote.weather = this.luck.weather
    for (let index = 0; index < scenario.replicas; index++) this.#rise(index)
  }

  say(words: () => string): void {
    this.story?.push(`${((this.clock.monotonic() - 1_000_000) / 1_000).toFixed(2).padStart(8)} s  ${words()}`)
  }

  /** Lets time pass until then, or until an invariant broke. Answers whether it came to that. */
  async until(done: () => boolean, withinMs: number): Promise<boolean> {
    let over = false
    const cancel = this.clock.after(withinMs, () => {
      over = true
    })
    await this.clock.until(() => this.judge.violation !== undefined || over || done(), withinMs)
    cancel()
    return this.judge.violation === undefined && done()
  }

  async pass(ms: number): Promise<void> {
    await this.until(() => false, ms)
  }

  /** Those that can be asked something, perhaps only later: they may stand still. */
  alive(): Replica[] {
    return this.replicas.filter(({ gate }) => gate.state !== 'dead')
  }

  begin(): void {
    this.luck.on = true
    this.judge.rules = new Map(
      this.scenario.places.flatMap(({ environment, rule }) => (rule ? [[environment, rule]] : [])),
    )
    for (const replica of this.replicas) replica.effects = 0
    for (const fault of this.scenario.faults)
      if ('at' in fault) this.clock.after(fault.at, () => this.luck.on && this.#inflict(fault))
  }

  /** Faults stop: what is down rises, what stands still goes on. */
  heal(): void {
    this.luck.on = false
    this.luck.endOutage()
    for (const { gate } of this.replicas) gate.wake()
    for (const { index, gate } of [...this.replicas]) if (gate.state === 'dead') this.#rise(index)
    for (const name of this.hostNames()) {
      this.remote.rise(name)
      this.remote.thaw(name)
      this.remote.endHanging(name)
    }
  }

  hostNames(): string[] {
    return this.scenario.places.flatMap(({ zones }) =>
      Object.entries(zones).flatMap(([zone, count]) => Array.from({ length: count }, (_, i) => `${zone}${i + 1}`)),
    )
  }

  #rise(index: number): void {
    const { clock, store, remote, queue, luck, judge } = this
    const strays = this.#strays
    const died = (replica: Replica, forMs: number) => {
      this.say(() => `replica ${replica.index} dies at its effect ${replica.effects}`)
      this.clock.after(forMs, () => this.replicas[index] === replica && this.#rise(index))
    }
    const replica = new Replica({ clock, store, remote, queue, ids: this.#ids, luck, judge, strays, died }, index)
    this.replicas[index] = replica
    this.say(() => `replica ${index} rises`)
    void replica.engine.start()
  }

  #inflict(fault: Extract<Fault, { at: number }>): void {
    this.say(() => inWords(fault))
    switch (fault.kind) {
      case 'pause':
        this.#pause(fault.replica, fault.forMs)
        return
      case 'drain':
        this.#drain(fault.replica, fault.forMs)
        return
      case 'outage':
        this.luck.beginOutage(fault)
        this.#later(fault.forMs, () => this.luck.endOutage())
        return
      case 'clock-jump':
        this.luck.count(fault.kind)
        this.judge.clockIsTrue = false
        this.clock.jump(fault.ms)
        return
      case 'host-dies':
        this.luck.count(fault.kind)
        this.remote.fall(fault.host)
        this.#later(fault.forMs, () => this.remote.rise(fault.host))
        return
      case 'host-freezes':
        this.luck.count(fault.kind)
        this.remote.freeze(fault.host)
        this.#later(fault.forMs, () => this.remote.thaw(fault.host))
        return
      default:
        fault satisfies never
    }
  }

  #pause(index: number, forMs: number): void {
    const replica = this.replicas[index]
    if (replica?.gate.state !== 'awake') return
    this.luck.count('pause')
    replica.gate.pause()
    this.judge.stillSince = Number.POSITIVE_INFINITY
    this.#later(forMs, () => {
      this.judge.stillSince = this.replicas.some(({ gate }) => gate !== replica.gate && gate.state === 'paused')
        ? Number.POSITIVE_INFINITY
        : this.clock.monotonic()
      replica.gate.wake()
    })
  }

  /** An upgrade: it lets go, ends, and a new one rises in its place. */
  #drain(index: number, forMs: number): void {
    const replica = this.replicas[index]
    if (replica?.gate.state !== 'awake') return
    this.luck.count('drain')
    const gone = () => {
      if (this.replicas[index] !== replica) return
      replica.die()
      this.clock.after(forMs, () => this.replicas[index] === replica && this.#rise(index))
    }
    replica.engine.stop().then(gone, gone)
  }

  #later(ms: number, call: () => void): void {
    this.clock.after(ms, call)
  }
}

function numbered(): Ids {
  let last = 0
  return { next: () => `n${String(++last).padStart(5, '0')}`, digest: sha256 }
}

/** `{ kind: 'host-slow', host: 'a1', runMs: 3000 }` → `host-slow: host a1, runMs 3000`. */
export function inWords({ kind, ...facts }: Fault): string {
  const words = Object.entries(facts).map(([name, value]) => `${name} ${value}`)
  return words.length === 0 ? kind : `${kind}: ${words.join(', ')}`
}
