// The contract of the port `Jobs`: whatever hands out rollouts passes this. Nothing here waits for a time, only for what must come.

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Jobs, Store } from '../../src/engine/ports.ts'
import { rolloutWake } from '../../src/engine/ports.ts'
import { commitOf, cursorOf, driven, somebody } from './rollout-of.ts'

export type JobsHarness = {
  store: Store
  /** Another process on the same store; stopped by the test. */
  process: () => Jobs
  close: () => Promise<void>
}

type Gate = { opened: Promise<void>; open: () => void }

function gate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: resolve }
}

type Then = (rollout: string, signal: AbortSignal, call: number) => Promise<void> | void

/** Notes each drive of these rollouts and lets the test await the next one. What other tests left behind is none of its business. */
class Drives {
  readonly calls: { rollout: string; signal: AbortSignal }[] = []
  #waiting: (() => void)[] = []
  readonly #rollouts: readonly string[]
  readonly #then: Then

  constructor(wakes: readonly { id: string }[], then: Then = () => {}) {
    this.#rollouts = wakes.map(({ id }) => id)
    this.#then = then
  }

  readonly drive = async (rollout: string, signal: AbortSignal): Promise<void> => {
    if (!this.#rollouts.includes(rollout)) return
    this.calls.push({ rollout, signal })
    const call = this.calls.length
    for (const wake of this.#waiting.splice(0)) wake()
    await this.#then(rollout, signal, call)
  }

  get order(): string[] {
    return this.calls.map(({ rollout }) => rollout)
  }

  async reach(count: number): Promise<void> {
    while (this.calls.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve())
  })
}

/** The one fault that a harness must let pass. */
export const EXPECTED = new Error('expected by the test')

const wakeOf = () => ({ id: randomUUID(), key: `${randomUUID()}/production` })

/** `open` gives an empty store each time it is called. `several`: more than one process may work on it. */
export function jobsSuite(open: () => Promise<JobsHarness>, { several }: { several: boolean }): void {
  let harness: JobsHarness
  beforeAll(async () => {
    harness = await open()
  })
  afterAll(() => harness?.close())

  async function running<T>(drives: Drives, body: (jobs: Jobs) => Promise<T>): Promise<T> {
    const jobs = harness.process()
    await jobs.start(drives.drive)
    try {
      return await body(jobs)
    } finally {
      await jobs.stop()
    }
  }

  describe('one process', () => oneProcess(running, () => harness))
  if (several) describe('two processes', () => twoProcesses(() => harness))
}

type Running = <T>(drives: Drives, body: (jobs: Jobs) => Promise<T>) => Promise<T>

function oneProcess(running: Running, harness: () => JobsHarness): void {
  it('drives what it is woken for', async () => {
    const wake = wakeOf()
    const drives = new Drives([wake])
    await running(drives, async (jobs) => {
      await jobs.wake(wake)
      await drives.reach(1)
    })
    expect(drives.order).toEqual([wake.id])
  })

  it('drives an environment once at a time, however often it is woken, and others beside it', async () => {
    const [one, two] = [wakeOf(), wakeOf()]
    const other = { ...one, id: randomUUID() }
    const end = gate()
    const drives = new Drives([one, two, other], () => end.opened)
    await running(drives, async (jobs) => {
      await Promise.all([jobs.wake(one), jobs.wake(one), jobs.wake(one)])
      await drives.reach(1)
      await jobs.wake(other)
      await jobs.wake(two)
      await drives.reach(2)
      expect(drives.order).toEqual([one.id, two.id])
      end.open()
    })
  })

  it('drives again when a drive fails', async () => {
    const wake = wakeOf()
    const drives = new Drives([wake], (_rollout, _signal, call) => {
      if (call === 1) throw EXPECTED
    })
    await running(drives, async (jobs) => {
      await jobs.wake(wake)
      await drives.reach(2)
    })
    expect(drives.order).toEqual([wake.id, wake.id])
  })

  it('drives again when it was woken during a drive and the rollout is still pending', async () => {
    const { wake, end: finish } = await pendingRollout(harness().store)
    const [begun, end] = [gate(), gate()]
    const drives = new Drives([wake], async (_rollout, _signal, call) => {
      if (call > 1) return await finish()
      begun.open()
      await end.opened
    })
    await running(drives, async (jobs) => {
      await begun.opened
      await jobs.wake(wake)
      end.open()
      await drives.reach(2)
    })
    expect(drives.order).toEqual([wake.id, wake.id])
  })

  it('drives what becomes pending without a wake', async () => {
    const late = Promise.withResolvers<Drives>()
    const jobs = harness().process()
    await jobs.start(async (rollout, signal) => (await late.promise).drive(rollout, signal))
    const { wake, end } = await pendingRollout(harness().store)
    const drives = new Drives([wake], end)
    late.resolve(drives)
    await drives.reach(1)
    await jobs.stop()
    expect(drives.order).toEqual([wake.id])
  })

  it('drives for a letter alone', async () => {
    const { store } = harness()
    const { rollout, epoch } = await driven(store)
    await store.commit(commitOf(rollout.id, epoch, { cursor: cursorOf('halted') }))
    const letter = { id: randomUUID(), rollout: rollout.id, by: somebody, ask: { kind: 'resume' }, at: 1 } as const
    await store.post(letter)
    const drives = new Drives([{ id: rollout.id }], async () => {
      const answers = [{ id: letter.id, answer: { kind: 'accepted' } as const }]
      await store.commit(commitOf(rollout.id, epoch, { cursor: cursorOf('halted'), answers }))
    })
    await running(drives, () => drives.reach(1))
    expect(drives.order).toEqual([rollout.id])
  })

  it('aborts drives when it stops, waits for them, and hands them to the next process', async () => {
    const { wake, end } = await pendingRollout(harness().store)
    let tidy = false
    const first = new Drives([wake], async (_rollout, signal) => {
      await aborted(signal)
      await Promise.resolve()
      tidy = true
    })
    await running(first, () => first.reach(1))
    expect(tidy).toBe(true)
    const second = new Drives([wake], end)
    await running(second, () => second.reach(1))
    expect(second.order).toEqual([wake.id])
  })
}

function twoProcesses(harness: () => JobsHarness): void {
  it('drives in one process what another is woken for, once', async () => {
    const [asker, worker] = [harness().process(), harness().process()]
    const wake = wakeOf()
    const drives = new Drives([wake])
    await worker.start(drives.drive)
    await asker.wake(wake)
    await drives.reach(1)
    await Promise.all([asker.stop(), worker.stop()])
    expect(drives.order).toEqual([wake.id])
  })

  it('never drives an environment twice at once', async () => {
    const processes = [harness().process(), harness().process()]
    const wakes = Array.from({ length: 5 }, wakeOf)
    const active = new Set<string>()
    let clashes = 0
    const drives = new Drives(wakes, async (rollout) => {
      if (active.has(rollout)) clashes += 1
      active.add(rollout)
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
      active.delete(rollout)
    })
    await Promise.all(processes.map((jobs) => jobs.start(drives.drive)))
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(wakes.flatMap((wake) => processes.map((jobs) => jobs.wake(wake))))
    }
    await drives.reach(wakes.length)
    await Promise.all(processes.map((jobs) => jobs.stop()))
    expect(clashes).toBe(0)
    expect(new Set(drives.order)).toEqual(new Set(wakes.map(({ id }) => id)))
  })

  it('goes on in another process when one stops in the middle', async () => {
    const [leaver, stayer] = [harness().process(), harness().process()]
    const wake = wakeOf()
    const first = new Drives([wake], (_rollout, signal) => aborted(signal))
    const second = new Drives([wake])
    await leaver.start(first.drive)
    await leaver.wake(wake)
    await first.reach(1)
    await stayer.start(second.drive)
    await leaver.stop()
    await second.reach(1)
    await stayer.stop()
    expect(second.order).toEqual([wake.id])
  })
}

/** A rollout that wants a driver until `end`. */
async function pendingRollout(store: Store) {
  const { rollout, epoch } = await driven(store)
  const wake = rolloutWake(rollout)
  const end = async () => {
    await store.commit(commitOf(rollout.id, epoch, { cursor: cursorOf('succeeded') }))
  }
  return { wake, end }
}
