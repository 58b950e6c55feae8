// What goes wrong and when, from the scenario's faults: asked at every call and on every host, and it counts what it inflicted.

import type { HostReport } from '../../src/engine/ports.ts'
import type { Asked, Behaviour, Weather } from '../support/fake-host.ts'
import { type Dice, diceFrom } from './dice.ts'
import type { Fault, Scenario } from './scenario.ts'

type Of<Kind extends Fault['kind']> = Fault extends infer One
  ? One extends { kind: infer K }
    ? Kind extends K
      ? One
      : never
    : never
  : never
type Crash = Of<'crash'>

/** `effect`: the process's own number of it; `nth`: of all calls of this name. */
export type Call = { effect: number; call: string; nth: number }

export class Luck {
  readonly inflicted: Record<string, number> = {}
  /** Before it begins and after it ends nothing goes wrong. */
  on = false
  readonly #faults: Fault[]
  readonly #dice: Dice
  readonly #calls = new Map<string, number>()
  readonly #made = new Map<string, number>()
  #outage: Of<'outage'> | undefined
  readonly #left = new Map<Fault, number>()

  constructor(scenario: Scenario) {
    this.#faults = [...scenario.faults]
    this.#dice = diceFrom(scenario.seed, 'luck')
  }

  count(kind: string): void {
    this.inflicted[kind] = (this.inflicted[kind] ?? 0) + 1
  }

  /** How long a call to the store is on its way. */
  travelMs(): number {
    const [slow] = this.#of('store-slow')
    if (!slow || !this.on) return this.#dice.pick([1, 1, 2, 3, 5, 20])
    return this.#counted('store-slow', this.#dice.between(1, slow.ms))
  }

  beginOutage(outage: Of<'outage'>): void {
    this.#outage = outage
    this.count('outage')
  }

  endOutage(): void {
    this.#outage = undefined
  }

  /** Whether a call to the store fails, and whether what it asked for is done nevertheless. */
  storeFails(method: string): 'before' | 'after' | undefined {
    if (!this.on) return undefined
    if (this.#outage) return this.#outage.after ? 'after' : 'before'
    const nth = (this.#calls.get(method) ?? 0) + 1
    this.#calls.set(method, nth)
    const lost = this.#of('lost-answer').some((fault) => fault.method === method && fault.nth === nth)
    if (lost) this.count('lost-answer')
    return lost ? 'after' : undefined
  }

  /** The crash that hits this replica at this effect of its life; each hits once. */
  crash(replica: number, { effect, call, nth }: Call, when: Crash['when']): { forMs: number } | undefined {
    if (!this.on) return undefined
    const hit =
      this.#of('crash').find((c) => c.replica === replica && c.effect === effect && c.when === when) ??
      this.#of('crash-at').find((c) => c.call === call && c.nth === nth && c.when === when)
    if (!hit) return undefined
    this.#faults.splice(this.#faults.indexOf(hit), 1)
    this.count(hit.kind)
    return hit
  }

  /** Numbers the calls of all processes by their names. */
  callOf(effect: number, call: string): Call {
    const nth = this.on ? (this.#made.get(call) ?? 0) + 1 : 0
    this.#made.set(call, nth)
    return { effect, call, nth }
  }

  /** When a report that an earlier process heard reaches the next one too; not at all for most. */
  strayMs(): number | undefined {
    const [stray] = this.#of('stray-reports')
    if (!stray || !this.on || !this.#dice.chance(stray.percent / 100)) return undefined
    return this.#counted('stray-reports', this.#dice.between(0, stray.ms))
  }

  /** How often a wake arrives. */
  wakes(): number {
    if (!this.on) return 1
    if (this.#of('lost-wakes').length > 0 && this.#dice.chance(0.5)) return this.#counted('lost-wakes', 0)
    return this.#of('repeated-wakes').length > 0 ? this.#counted('repeated-wakes', 3) : 1
  }

  readonly behave = ({ host, release }: Asked): Behaviour => {
    const slow = this.#of('host-slow').find((fault) => fault.host === host)
    const ms = slow && this.on ? slow.runMs : this.#dice.between(30, 400)
    const fault = this.on ? this.#faults.find((each) => this.#hits(each, host, release)) : undefined
    if (slow && this.on) this.count('host-slow')
    if (!fault) return { kind: 'slow', ms }
    this.#left.set(fault, (this.#left.get(fault) ?? 0) + 1)
    this.count(fault.kind)
    return BEHAVIOURS[fault.kind] ?? 'ok'
  }

  readonly weather: Weather = {
    dialMs: (host) => {
      const slow = this.#of('host-slow').find((fault) => fault.host === host)
      return slow && this.on ? slow.dialMs : this.#dice.between(5, 40)
    },
    travelMs: (report) => [this.#travelOf(), ...this.#copiesOf(report)],
    deadlineMs: 15_000,
  }

  #hits(fault: Fault, host: string, release: string): boolean {
    if (!('times' in fault) || fault.host !== host || (this.#left.get(fault) ?? 0) >= fault.times) return false
    return !('release' in fault) || fault.release === release
  }

  #travelOf(): number {
    const [late] = this.#of('late-reports')
    if (!late || !this.on || !this.#dice.chance(late.percent / 100)) return 1
    return this.#counted('late-reports', this.#dice.between(1, late.ms))
  }

  #copiesOf({ kind }: HostReport): number[] {
    const [repeated] = this.#of('repeated-reports')
    if (!repeated || !this.on || !mayRepeat(kind)) return []
    if (!this.#dice.chance(repeated.percent / 100)) return []
    return this.#counted('repeated-reports', [this.#dice.between(1, repeated.ms)])
  }

  #counted<Value>(kind: string, value: Value): Value {
    this.count(kind)
    return value
  }

  #of<Kind extends Fault['kind']>(kind: Kind): Of<Kind>[] {
    return this.#faults.filter((fault): fault is Of<Kind> & Fault => fault.kind === kind)
  }
}

/** The port forbids to say a second time that nothing was begun: by then it may have been. */
export function mayRepeat(kind: HostReport['kind']): boolean {
  return kind !== 'host-withdrawn' && kind !== 'host-unreachable'
}

const BEHAVIOURS: Readonly<Partial<Record<Fault['kind'], Behaviour>>> = {
  'host-fails': 'fail',
  'host-lies': 'lie',
  'host-lost': 'unknown',
  'host-flaps': 'unreachable',
  'host-hangs': 'hang',
}
