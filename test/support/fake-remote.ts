// The port `Remote` in memory: hosts whose behaviour the test decides, and a journal of what happened on the hosts themselves.

import type { Host } from '../../src/core/fleet.ts'
import type { Clock, HostReading, HostReport, Remote, RemoteSession, RolloutWork } from '../../src/engine/ports.ts'
import {
  type Asked,
  type Behaviour,
  type Deed,
  end,
  FAILED,
  type FakeHost,
  interrupt,
  type Weather,
} from './fake-host.ts'
import { FakeSession } from './fake-session.ts'

const DIAL_MS = 10
const FAIR: Weather = { dialMs: () => DIAL_MS, travelMs: () => [1], deadlineMs: Number.POSITIVE_INFINITY }

export class FakeRemote implements Remote {
  readonly journal: Deed[] = []
  behave: (asked: Asked) => Behaviour = () => 'ok'
  weather: Weather = FAIR
  /** Told of each deed at once. */
  witness: (deed: Deed) => void = () => {}
  readonly #clock: Clock
  readonly #hosts = new Map<string, FakeHost>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  open(work: RolloutWork, listen: (reports: readonly HostReport[]) => void): RemoteSession {
    return this.openFor(this.#clock, work, listen)
  }

  /** As a process does whose time may stand still: `clock` is its own. */
  openFor(clock: Clock, work: RolloutWork, listen: (reports: readonly HostReport[]) => void): RemoteSession {
    return new FakeSession({ remote: this, clock, hostClock: this.#clock }, work, listen)
  }

  /** The machine loses power: what ran there is interrupted, and nobody hears of it before it is up again. */
  fall(name: string): void {
    const host = this.host(name)
    host.up = false
    for (const run of host.runs.values()) if (run.live) interrupt(run)
  }

  rise(name: string): void {
    this.host(name).up = true
  }

  freeze(name: string): void {
    this.host(name).frozen = true
  }

  /** What was due while it was frozen happens now. */
  thaw(name: string): void {
    const host = this.host(name)
    host.frozen = false
    for (const run of host.runs.values()) run.due?.()
  }

  /** A run that hangs is ended by somebody who looks after the host. */
  endHanging(name: string): void {
    for (const run of this.host(name).runs.values()) if (run.live && !run.due) end(run, FAILED)
  }

  /** How often hosts were asked what they run. */
  probes = 0

  async probe(hosts: readonly Host[]): Promise<HostReading[]> {
    this.probes += 1
    return hosts.map(({ name }) => {
      const { installed, previous, runs } = this.host(name)
      const result = [...runs.values()].at(-1)?.result?.kind
      return {
        kind: 'read',
        ...(installed !== undefined && { installed, current: installed, live: installed }),
        ...(previous !== undefined && { previous }),
        ...(result && { ended: result === 'host-succeeded' ? 'ok' : 'failed' }),
      }
    })
  }

  async close(): Promise<void> {}

  /** How often each run was begun: `r1/1 a1` → 1. */
  begins(): Map<string, number> {
    const counts = new Map<string, number>()
    for (const { host, what, run } of this.journal)
      if (what === 'began') counts.set(`${run} ${host}`, (counts.get(`${run} ${host}`) ?? 0) + 1)
    return counts
  }

  /** The hosts in the order in which they began runs of a rollout. */
  order(rollout: string): string[] {
    return this.journal
      .filter(({ what, run }) => what === 'began' && run.startsWith(`${rollout}/`))
      .map(({ host }) => host)
  }

  installed(host: string): string | undefined {
    return this.host(host).installed
  }

  host(name: string): FakeHost {
    const host = this.#hosts.get(name) ?? { fence: 0, runs: new Map(), up: true, frozen: false }
    this.#hosts.set(name, host)
    return host
  }

  note(deed: Omit<Deed, 'at'>): void {
    const noted = { at: this.#clock.monotonic(), ...deed }
    this.journal.push(noted)
    this.witness(noted)
  }
}
