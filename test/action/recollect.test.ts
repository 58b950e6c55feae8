// From what hosts say of themselves to what an engine plans from: which release came last, who is well, where a rollback goes.

import { describe, expect, it } from 'vitest'
import { believable, healthOf, latestRelease, recollect } from '../../action/src/direct/recollect.ts'
import { MemoryStore } from '../../src/adapters/memory/store.ts'
import { systemIds } from '../../src/apps/cli/system-ids.ts'
import { planRollback } from '../../src/engine/plan-rollback.ts'
import type { HostReading } from '../../src/engine/ports.ts'
import { fleetOf, plain, workOf } from '../support/plan-of.ts'

type Spoken = Partial<Extract<HostReading, { kind: 'read' }>>
type Said = Spoken | 'silent'

/** A host that runs `now` well and ran `before` well before. */
function well(now: string, before?: string): Spoken {
  return { installed: now, current: now, ended: 'ok', ...(before !== undefined && { previous: before }) }
}

const SILENT: HostReading = { kind: 'unreachable', signature: 'refused' }

function readingsOf(said: readonly Said[]): Map<string, HostReading> {
  return new Map(
    said.map((each, index) => [`a${index + 1}`, each === 'silent' ? SILENT : { kind: 'read', ...each }] as const),
  )
}

describe('latestRelease', () => {
  it.each<[string, Said[], string | undefined]>([
    ['nothing ran', [{}, {}], undefined],
    ['all run one', [well('r1'), well('r1')], 'r1'],
    ['a rollout was halted at its beginning', [well('r2', 'r1'), well('r1'), well('r1')], 'r2'],
    ['its first host failed after the switch', [{ installed: 'r1', current: 'r2', ended: 'failed' }, well('r1')], 'r2'],
    ['a fleet was taken back', [{ ...well('r1', 'r2'), returned: true }], 'r1'],
    ['half of it was taken back', [{ ...well('r1', 'r2'), returned: true }, well('r2', 'r1')], 'r2'],
    ['nobody answers', ['silent'], undefined],
  ])('when %s', (_, said, wanted) => {
    expect(latestRelease(readingsOf(said))).toBe(wanted)
  })
})

describe('healthOf', () => {
  it.each<[Said, ReturnType<typeof healthOf>]>([
    [{}, undefined],
    [well('r1'), 'healthy'],
    [{ ...well('r1'), ended: 'failed' }, 'failed'],
    [{ ...well('r1'), ended: 'timeout' }, 'failed'],
    [{ ...well('r1'), ended: 'fenced' }, 'healthy'],
    [{ ...well('r1'), live: 'x.1' }, 'unknown'],
    [{ installed: 'r1', current: 'r2' }, 'unknown'],
    ['silent', 'unreachable'],
  ])('of %o is %s', (said, wanted) => {
    expect(healthOf(readingsOf([said]).get('a1'))).toBe(wanted)
  })
})

describe('believable', () => {
  it.each<[string, Said, HostReading]>([
    ['a path', { installed: '../../etc', current: 'r1', previous: 'a b' }, { kind: 'read', current: 'r1' }],
    ['no end of a name', { installed: 'x'.repeat(101) }, { kind: 'read' }],
    ['what is right', well('r1', 'r0'), { kind: 'read', ...well('r1', 'r0') }],
    ['silence', 'silent', SILENT],
  ])('takes no release from %s that could be none', (_, said, wanted) => {
    const reading = readingsOf([said]).get('a1')
    expect(reading && believable(reading)).toEqual(wanted)
  })
})

describe('a rollback from what the hosts say', () => {
  async function back(said: readonly Said[], to?: string) {
    const store = new MemoryStore()
    const place = { application: 'shop', environment: 'prod' }
    const past = recollect({
      ...{ fleet: fleetOf({ a: said.length }), strategy: plain, readings: readingsOf(said) },
      ...{ workOf: (id) => ({ ...workOf(id), ...place }), digest: systemIds.digest },
      by: { via: 'workflow', id: '7/1', name: 'ada' },
      ...(to !== undefined && { named: to }),
    })
    store.learn(place, past)
    // The past is nobody's to drive.
    expect(await store.pending()).toEqual([])
    const by = { via: 'workflow', id: '7/1', name: 'ada' } as const
    const plan = await planRollback({ store, ids: systemIds }, { ...place, by, ...(to && { to }) }, async () => {})
    if (plan.kind === 'refused') return plan.reason
    return `${plan.work.release.id}: ${plan.hosts.map(({ host, rank }) => `${host.name} ${rank}`).join(', ')}`
  }

  it.each<[string, Said[], string | undefined, string]>([
    [
      'goes to what most ran before',
      [well('r2', 'r1'), well('r2', 'r1'), well('r2', 'r0')],
      undefined,
      'r1: a1 older, a2 older, a3 older',
    ],
    [
      'leaves alone what the bad release never reached',
      [well('r2', 'r1'), well('r1', 'r0')],
      undefined,
      'r1: a1 older',
    ],
    [
      'takes the failed host first, and one that failed before the switch too',
      [well('r2', 'r1'), { installed: 'r1', current: 'r2', ended: 'failed' }, { ...well('r1'), ended: 'failed' }],
      undefined,
      'r1: a1 older, a2 failed, a3 failed',
    ],
    ['leaves alone who does not answer', [well('r2', 'r1'), 'silent'], undefined, 'r1: a1 older'],
    ['does not bring the bad release back', [{ ...well('r1', 'r2'), returned: true }], undefined, 'no-good-release'],
    ['goes where it is told', [{ ...well('r1', 'r2'), returned: true }], 'r7', 'r7: a1 older'],
    ['has nowhere to go on new hosts', [{}, {}], undefined, 'no-rollout'],
  ])('%s', async (_, said, to, wanted) => {
    expect(await back(said, to)).toBe(wanted)
  })
})
