// Locks: every sequence of wishes against a line of people in front of a door, in which time goes by one tick after another.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Ask, Person } from '../../src/core/intent.ts'
import {
  carriesFurther,
  decideLock,
  type EnvironmentLocks,
  expireLocks,
  lockHeld,
  lockInTheWay,
  locksAfterStart,
  UNLOCKED,
} from '../../src/core/lock.ts'

const person = (id: string, name = 'ada'): Person => ({ via: 'terminal', id, name })

/** Whoever stands first has the lock. `until` is known of the first one only. */
type Place = { id: string; forTicks?: number | undefined; until?: number | undefined }
type Line = { places: Place[]; held: boolean; clock: number }

type Deed =
  | { kind: 'lock'; id: string; name: string; forTicks?: number | undefined }
  | { kind: 'unlock'; id: string; name: string; steal: boolean }
  | { kind: 'start'; id: string; name: string; rollback: boolean; automatic: boolean }
  | { kind: 'wait'; ticks: number }

const id = fc.constantFrom('1', '2', '3', '4')
const name = fc.constantFrom('ada', 'bob')
const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('lock' as const),
      id,
      name,
      forTicks: fc.option(fc.nat(5), { nil: undefined }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('unlock' as const), id, name, steal: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('start' as const),
      id,
      name,
      rollback: fc.boolean(),
      automatic: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ticks: fc.nat(8) }) },
)

it('do what a line of people in front of a door does', () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 40 }), (deeds) => {
      const line: Line = { places: [], held: false, clock: 100 }
      let locks = UNLOCKED
      for (const each of deeds) {
        const expected = stand(line, each)
        const done = carryOut(locks, each, line.clock)
        locks = done.locks
        expect(done.said).toBe(expected)
        const { lock, hold, queue } = expireLocks(locks, line.clock)
        expect([lock && { id: lock.holder.id, until: lock.until }, ...queue.map((one) => one.person.id)]).toEqual([
          line.places[0] && { id: line.places[0].id, until: line.places[0].until },
          ...line.places.slice(1).map((one) => one.id),
        ])
        expect(hold !== undefined).toBe(line.held)
      }
    }),
    { numRuns: 2_000 },
  )
})

/** The code under test; `now` is the time after the deed. */
function carryOut(locks: EnvironmentLocks, each: Deed, now: number): { locks: EnvironmentLocks; said: string } {
  if (each.kind === 'wait') return { locks, said: 'waited' }
  const by = person(each.id, each.name)
  if (each.kind === 'start') {
    const act = { kind: each.rollback ? ('rollback' as const) : ('deploy' as const), by, automatic: each.automatic }
    const current = expireLocks(locks, now)
    const lock = lockInTheWay(current, act)
    return lock
      ? { locks, said: `stopped by ${lock.kind}` }
      : { locks: locksAfterStart(current, act, now), said: 'started' }
  }
  const forMs = each.kind === 'lock' && each.forTicks !== undefined ? { forMs: each.forTicks } : {}
  const wish = each.kind === 'lock' ? { verb: each.kind, by, ...forMs } : { verb: each.kind, by, steal: each.steal }
  const decided = decideLock(locks, wish, now)
  const { outcome } = decided
  if (outcome.kind === 'refused') return { locks: decided.locks, said: outcome.reason }
  const next = outcome.kind === 'released' ? ` to ${outcome.next?.holder.id}` : ''
  return { locks: decided.locks, said: `${outcome.kind}${outcome.kind === 'queued' ? ` ${outcome.position}` : next}` }
}

/** The model. */
function stand(line: Line, each: Deed): string {
  leaveInTime(line)
  if (each.kind === 'wait') {
    for (let tick = 0; tick < each.ticks; tick += 1) {
      line.clock += 1
      leaveInTime(line)
    }
    return 'waited'
  }
  const at = line.places.findIndex((one) => one.id === each.id)
  if (each.kind === 'start') return start(line, each, at)
  if (each.kind === 'lock') return come(line, each, at)
  const first = line.places[0]
  if (!first) {
    const was = line.held
    line.held = false
    return was ? 'released to undefined' : 'not-locked'
  }
  if (at === 0 || each.steal) {
    const [mine] = at > 0 ? line.places.splice(at, 1) : []
    line.places.splice(0, 1, ...(mine ? [mine] : []))
    enter(line)
    const said = `released to ${line.places[0]?.id}`
    leaveInTime(line)
    return said
  }
  if (at < 0) return 'not-the-holder'
  line.places.splice(at, 1)
  return 'left'
}

function start(line: Line, { rollback, automatic }: Deed & { kind: 'start' }, at: number): string {
  if (!rollback && line.places.length > 0 && at !== 0) return 'stopped by person'
  if (!rollback && automatic && line.held) return 'stopped by hold'
  if (rollback || !automatic) line.held = rollback
  return 'started'
}

function come(line: Line, { id: who, forTicks }: Deed & { kind: 'lock' }, at: number): string {
  const mine = line.places[at]
  if (!mine) {
    line.places.push({ id: who, forTicks })
    if (line.places.length === 1) enter(line)
    const said = line.places.length === 1 ? 'taken' : `queued ${line.places.length - 1}`
    leaveInTime(line)
    return said
  }
  mine.forTicks = forTicks ?? mine.forTicks
  if (at === 0 && forTicks !== undefined) mine.until = line.clock + forTicks
  leaveInTime(line)
  return at === 0 ? 'extended' : `queued ${at}`
}

/** The first one's time begins. */
function enter(line: Line): void {
  const [first] = line.places
  if (first?.forTicks !== undefined) first.until = line.clock + first.forTicks
}

function leaveInTime(line: Line): void {
  while (line.places[0]?.until !== undefined && line.places[0].until <= line.clock) {
    line.places.shift()
    enter(line)
  }
}

describe('a lock', () => {
  const taken = (forMs?: number) =>
    decideLock(
      UNLOCKED,
      { verb: 'lock', by: person('1'), reason: 'a migration', ...(forMs !== undefined && { forMs }) },
      100,
    )

  it('keeps what is not said again: its expiry is not lost by a new reason', () => {
    const { outcome } = decideLock(taken(50).locks, { verb: 'lock', by: person('1', 'eve'), reason: 'still' }, 120)
    expect(outcome).toEqual({
      kind: 'extended',
      lock: { kind: 'person', holder: person('1'), reason: 'still', since: 100, until: 150 },
    })
  })

  it('says in a refusal who, why, since and until when, and how old it is', () => {
    const { lock } = taken(50).locks
    expect(lock && lockHeld(lock, 130)).toEqual({
      kind: 'refused',
      reason: 'lock-held',
      detail: { kind: 'person', holder: 'ada', reason: 'a migration', since: 100, until: 150, ageMs: 30 },
    })
  })

  it('goes at its end to whoever waits, from that moment on, though nobody looked', () => {
    const waiting = decideLock(taken(50).locks, { verb: 'lock', by: person('2', 'bob'), forMs: 1_000 }, 110).locks
    expect(expireLocks(waiting, 900)).toEqual({
      lock: { kind: 'person', holder: person('2', 'bob'), since: 150, until: 1_150 },
      queue: [],
    })
  })

  it('is not that of somebody with the same name, nor of the same id behind another door', () => {
    const { lock } = taken().locks
    const act = { kind: 'deploy', automatic: false } as const
    expect(lockInTheWay(taken().locks, { ...act, by: person('2') })).toEqual(lock)
    expect(lockInTheWay(taken().locks, { ...act, by: person('1', 'renamed') })).toBeUndefined()
  })

  it.each<[Ask['kind'], boolean]>([
    ['halt', false],
    ['abort', false],
    ['skip', false],
    ['resume', true],
    ['continue', true],
    ['retry', true],
  ])('%s carries a rollout further: %s', (kind, further) => {
    expect(carriesFurther(kind === 'skip' ? { kind, hostName: 'a1' } : { kind })).toBe(further)
  })
})
