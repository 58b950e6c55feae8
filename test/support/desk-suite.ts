// What every desk holds to, whoever it asks: rights before anything, one outcome for one intent, a row in the audit for each
// refusal, and nothing done to a rollout that the person did not see.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Target } from '../../src/core/command.ts'
import type { Person } from '../../src/core/intent.ts'
import type { Store } from '../../src/engine/ports.ts'
import type { Act, Acted, Desk } from '../../src/engine/ports-desk.ts'

export type DeskBench = {
  desk: Desk
  store: Store
  target: Target
  /** May act. */
  ada: Person
  /** May not even look. */
  eve: Person
  /** Two releases; the second contains the first. */
  refs: readonly [string, string]
  now: () => number
  /** Resolves when no rollout moves any more. */
  idle: () => Promise<void>
  close: () => Promise<void>
}

export function deskSuite(open: () => Promise<DeskBench>): void {
  let bench: DeskBench
  let intents = 0
  beforeEach(async () => {
    bench = await open()
  })
  afterEach(() => bench.close())

  const asker = (person: Person, intent = `test:${++intents}`) => ({ person, intent, at: bench.now() })
  const act = (of: DistributiveOmit<Act, 'target'>, person = bench.ada) =>
    bench.desk.act(asker(person), { ...of, target: bench.target })
  const deploy = (ref: string) => ({ verb: 'deploy', ref, all: false, backwards: false }) as const
  const audit = async () =>
    (await bench.store.audit({ limit: 50 }))
      .reverse()
      .map(
        ({ fact: { person, verb, outcome } }) =>
          `${person.name} ${verb} ${'reason' in outcome ? outcome.reason : 'ok'}`,
      )
  const begun = (acted: Acted) => (acted.kind === 'begun' ? acted.rollout : expect.fail(JSON.stringify(acted)))

  it('shows its places to whoever may look, and to nobody else', async () => {
    const { desk, target, ada, eve } = bench
    expect(await desk.places(ada)).toContainEqual(
      expect.objectContaining({ ...target, deploy: 'manual', confirms: true }),
    )
    expect(await desk.places(eve)).toEqual([])
    expect(await desk.mayLook(ada, target.application)).toBeUndefined()
    expect(await desk.mayLook(eve, target.application)).toMatchObject({ reason: 'not-allowed' })
    expect(await desk.mayAct(ada, target)).toBeUndefined()
    expect(await desk.mayAct(eve, target)).toMatchObject({ reason: 'not-allowed' })
    expect(await desk.refs(eve, target, '')).toEqual([])
  })

  it('shows what a deploy would do, and stores nothing of it', async () => {
    const { desk, target, ada, eve, store } = bench
    const plan = await desk.plan(asker(ada), { ...deploy(bench.refs[0]), target })
    expect(plan).toMatchObject({ kind: 'deploy', digest: expect.stringMatching(/./) })
    expect(await desk.plan(asker(eve), { ...deploy(bench.refs[0]), target })).toMatchObject({ reason: 'not-allowed' })
    expect(await store.rollouts({ limit: 1 })).toEqual([])
    expect(await audit()).toEqual([])
  })

  it('begins one rollout for one intent, and keeps who asked, by which door, and where', async () => {
    const { desk, target, store } = bench
    const ada: Person = { ...bench.ada, door: 'slack' }
    const asked = { chat: { team: 'T1', channel: 'C1', thread: '1.2' } }
    const twice = { ...asker(ada), asked }
    const rollout = begun(await desk.act(twice, { ...deploy(bench.refs[0]), target, reason: 'the sale' }))
    await bench.idle()
    expect(await desk.act(twice, { ...deploy(bench.refs[0]), target })).toEqual({ kind: 'begun', rollout })
    expect(await store.rollouts({ limit: 5 })).toHaveLength(1)
    const other = await desk.act({ ...twice, person: bench.eve }, { ...deploy(bench.refs[0]), target })
    expect(other).toMatchObject({ reason: 'not-allowed' })
    expect(await store.rollout(rollout)).toMatchObject({ requestedBy: ada, origin: asked, reason: 'the sale' })
    expect(await audit()).toEqual(['ada deploy ok', 'eve deploy not-allowed'])
  })

  it('carries out the plan that was seen, and no other', async () => {
    const { desk, target, ada } = bench
    const plan = await desk.plan(asker(ada), { ...deploy(bench.refs[0]), target })
    if (plan.kind === 'refused') expect.fail(plan.reason)
    expect(await act({ ...deploy(bench.refs[1]), approvedDigest: plan.digest })).toMatchObject({
      reason: 'plan-changed',
    })
    begun(await act({ ...deploy(bench.refs[0]), approvedDigest: plan.digest }))
    expect(await audit()).toEqual(['ada deploy plan-changed', 'ada deploy ok'])
  })

  it('takes back the rollout that was seen, and touches none that was not', async () => {
    const first = begun(await act(deploy(bench.refs[0])))
    await bench.idle()
    const second = begun(await act(deploy(bench.refs[1])))
    await bench.idle()
    const stale = ['halt', 'retry', 'continue', 'resume', 'abort', 'rollback'] as const
    for (const verb of stale) expect(await act({ verb, rollout: first })).toMatchObject({ reason: 'not-the-newest' })
    expect((await audit()).slice(2)).toEqual(stale.map((verb) => `ada ${verb} not-the-newest`))
    const third = begun(await act({ verb: 'rollback', rollout: second }))
    expect(await bench.store.rollout(third)).toMatchObject({ kind: 'rollback', releaseId: bench.refs[0] })
  })

  it('locks and unlocks', async () => {
    expect(await act({ verb: 'lock', reason: 'the sale', forMs: 60_000 })).toMatchObject({
      kind: 'locks',
      outcome: { kind: 'taken', lock: { reason: 'the sale' } },
    })
    expect(await act({ verb: 'unlock', steal: false })).toMatchObject({ kind: 'locks', outcome: { kind: 'released' } })
    expect(await act({ verb: 'unlock', steal: false })).toMatchObject({ kind: 'refused', reason: 'not-locked' })
    expect(await audit()).toEqual(['ada lock ok', 'ada unlock ok', 'ada unlock not-locked'])
  })

  describe('refuses, and the audit knows of it', () => {
    const acts: DistributiveOmit<Act, 'target'>[] = [
      { verb: 'deploy', all: false, backwards: false },
      { verb: 'rollback' },
      ...(['halt', 'resume', 'continue', 'retry', 'abort'] as const).map((verb) => ({ verb })),
      { verb: 'skip', host: 'prod1' },
      { verb: 'lock' },
      { verb: 'unlock', steal: true },
    ]
    it.each(acts)('$verb by somebody without the right', async (of) => {
      expect(await act(of, bench.eve)).toMatchObject({ kind: 'refused', reason: 'not-allowed' })
      expect(await audit()).toEqual([`eve ${of.verb} not-allowed`])
      expect(await bench.store.rollouts({ limit: 1 })).toEqual([])
    })

    it.each(['rollback', 'halt', 'skip'] as const)('%s where nothing was rolled out', async (verb) => {
      const of = verb === 'skip' ? { verb, host: 'prod1' } : { verb }
      expect(await act(of)).toMatchObject({ kind: 'refused', reason: 'no-rollout' })
      expect(await audit()).toEqual([`ada ${verb} no-rollout`])
    })

    it('a deploy to an environment that is not configured', async () => {
      const target = { ...bench.target, environment: 'elsewhere' }
      const outcome = await bench.desk.act(asker(bench.ada), { ...deploy(bench.refs[0]), target })
      expect(outcome).toMatchObject({ kind: 'refused', reason: 'not-allowed' })
      expect(await audit()).toEqual(['ada deploy not-allowed'])
    })
  })
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
