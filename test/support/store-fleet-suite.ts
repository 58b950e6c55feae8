// The part of the store's contract that is about hosts: what each is known to run, and ran.

import { expect, it } from 'vitest'
import type { HostRecord, HostRelease, Store } from '../../src/engine/ports.ts'
import { workOf } from './plan-of.ts'
import { commitOf, cursorOf, driven, place, releaseOf } from './rollout-of.ts'

const HOSTS = 2_500

export function storeFleetSuite(store: () => Store): void {
  it('keeps the last known truth of each host', async () => {
    const { rollout, epoch } = await driven(store())
    const { id, application, environment } = rollout
    const one: HostRecord = { name: 'a1', zone: 'a', health: 'failed', release: 'r1', rollout: id, at: 5 }
    const two: HostRecord = { name: 'a2', zone: 'a', health: 'unreachable', rollout: id, at: 5 }
    await store().commit(commitOf(id, epoch, { records: [two, { ...one, health: 'unknown' }, one] }))
    expect(await store().records(application, environment)).toEqual([one, two])
    const healed: HostRecord = { name: 'a1', zone: 'a', health: 'healthy', rollout: id, at: 6 }
    await store().commit(commitOf(id, epoch, { records: [healed] }))
    expect(await store().records(application, environment)).toEqual([healed, two])
    const known = new Map([
      ['a1', { health: 'healthy' }],
      ['a2', { health: 'unreachable' }],
    ])
    expect(await store().lastKnown(application, environment)).toEqual(known)
    expect(await store().lastKnown(application, 'staging')).toEqual(new Map())
  })

  it('keeps what each host ran, from when to when', async () => {
    const { rollout, epoch } = await driven(store())
    const { id, application, environment } = rollout
    const opened = ['a1', 'a2', 'a3'].map((name) => releaseOf({ name, release: 'r1', rollout: id, from: 100 }))
    await store().commit(commitOf(id, epoch, { releases: { closed: [], opened } }))
    const closed = [
      { name: 'a1', at: 200 },
      { name: 'a3', at: 200 },
    ]
    const next = [releaseOf({ name: 'a1', rollout: id, from: 300 }), releaseOf({ name: 'a2', rollout: id, from: 400 })]
    await store().commit(commitOf(id, epoch, { releases: { closed, opened: next } }))
    const all: HostRelease[] = [
      { ...releaseOf({ name: 'a1', release: 'r1', rollout: id }), to: 200 },
      { ...releaseOf({ name: 'a2', release: 'r1', rollout: id }), to: 400 },
      { ...releaseOf({ name: 'a3', release: 'r1', rollout: id }), to: 200 },
      ...next,
    ]
    expect(await store().releases(application, environment)).toEqual(all)
    const at = async (from: number, to = from) =>
      (await store().releases(application, environment, { from, to })).map(({ name, release }) => `${name} ${release}`)
    expect(await at(50)).toEqual([])
    expect(await at(150)).toEqual(['a1 r1', 'a2 r1', 'a3 r1'])
    expect(await at(250)).toEqual(['a2 r1'])
    expect(await at(500)).toEqual(['a1 r2', 'a2 r2'])
    expect(await at(200, 300)).toEqual(['a1 r1', 'a2 r1', 'a3 r1', 'a1 r2'])
  })

  it('tells what one host ran, the newest first, and no more than was asked for', async () => {
    const { rollout, epoch } = await driven(store())
    const { id, application, environment } = rollout
    for (const [index, release] of ['r1', 'r2', 'r3'].entries()) {
      const from = 100 * (index + 1)
      const opened = ['a1', 'a2'].map((name) => releaseOf({ name, release, rollout: id, from }))
      await store().commit(commitOf(id, epoch, { releases: { closed: [], opened } }))
    }
    const of = { application, environment, name: 'a1' }
    const newest = { ...releaseOf({ name: 'a1', release: 'r3', rollout: id, from: 300 }) }
    const before = { ...releaseOf({ name: 'a1', release: 'r2', rollout: id, from: 200 }), to: 300 }
    expect(await store().ran({ ...of, limit: 2 })).toEqual([newest, before])
    expect(await store().ran({ ...of, limit: 9 })).toHaveLength(3)
    for (const other of [{ name: 'a' }, { name: '' }, { environment: 'staging' }, { application: 'x' }])
      expect(await store().ran({ ...of, ...other, limit: 9 })).toEqual([])
  })

  it('finds no more of a release than was asked for, the newest', async () => {
    const { rollout, epoch } = await driven(store())
    const { id, application, environment } = rollout
    const release = `${application.slice(-8)}-many`
    const opened = ['a1', 'a2', 'a3'].map((name, index) => releaseOf({ name, release, rollout: id, from: 300 - index }))
    await store().commit(commitOf(id, epoch, { releases: { closed: [], opened } }))
    const found = await store().where(release, 2)
    expect(found.map(({ name }) => name)).toEqual(['a2', 'a1'])
    expect(found[0]).toMatchObject({ application, environment })
  })

  it('reads a trail in parts', async () => {
    const { rollout, epoch } = await driven(store())
    const { seq: first, hash } = rollout.trail
    const entries = [1, 2, 3].map((step) => {
      return { seq: first + step, at: 5, kind: 'noted', body: { step }, previous: hash, hash: `h${step}` }
    })
    await store().commit(commitOf(rollout.id, epoch, { trail: entries }))
    const whole = await store().trail(rollout.id)
    expect(whole.slice(-3)).toEqual(entries)
    expect(await store().trail(rollout.id, { after: first, limit: 2 })).toEqual(entries.slice(0, 2))
    expect(await store().trail(rollout.id, { after: first + 2, limit: 2 })).toEqual(entries.slice(2))
    expect(await store().trail(rollout.id, { after: 0, limit: 99 })).toEqual(whole)
  })

  it('closes no interval before it began, nor one of another environment', async () => {
    const [one, two] = [await driven(store()), await driven(store())]
    for (const { rollout, epoch } of [one, two]) {
      await store().commit(
        commitOf(rollout.id, epoch, {
          releases: { closed: [], opened: [releaseOf({ rollout: rollout.id, from: 100 })] },
        }),
      )
    }
    const closed = [{ name: 'a1', at: 50 }]
    await store().commit(commitOf(one.rollout.id, one.epoch, { releases: { closed, opened: [] } }))
    const { application, environment } = one.rollout
    expect(await store().releases(application, environment)).toEqual([
      releaseOf({ rollout: one.rollout.id, from: 100, to: 100 }),
    ])
    const others = await store().releases(two.rollout.application, environment)
    expect(others).toEqual([releaseOf({ rollout: two.rollout.id, from: 100 })])
  })

  it('finds where a release runs or ran, by id, by prefix and by commit', async () => {
    const commit = 'c0ffee1234567890c0ffee1234567890c0ffee12'
    const { application, environment } = place()
    const unique = application.slice(-8)
    const release = `${unique}_v1%`
    const work = { release: { ...workOf(release).release, commit } }
    const { rollout, epoch } = await driven(store(), { application, environment, releaseId: release, work })
    const ran = releaseOf({ release, rollout: rollout.id, to: 200 })
    const other = releaseOf({ name: 'a2', release: `${unique}xv1x`, rollout: rollout.id })
    await store().commit(commitOf(rollout.id, epoch, { releases: { closed: [], opened: [ran, other] } }))
    const found = async (text: string) =>
      (await store().where(text)).filter((one) => one.application === application).map(({ name }) => name)
    expect(await store().where(release)).toEqual([{ ...ran, application, environment }])
    expect(await found(`${unique}_v`)).toEqual(['a1'])
    expect(await found(unique)).toEqual(['a1', 'a2'])
    expect(await found('C0FFEE12')).toEqual(['a1'])
    expect(await found(commit)).toEqual(['a1'])
    for (const none of ['%', '____', '%%%%', unique.slice(0, 3), 'c0f', '', `${unique}\0`])
      expect(await found(none)).toEqual([])
  })

  it('finds a short release only by all of its id', async () => {
    const { rollout, epoch } = await driven(store())
    const opened = [releaseOf({ release: 'v1' }), releaseOf({ name: 'a2', release: 'v12' })]
    await store().commit(commitOf(rollout.id, epoch, { releases: { closed: [], opened } }))
    const found = (await store().where('v1')).filter((one) => one.application === rollout.application)
    expect(found.map(({ name }) => name)).toEqual(['a1'])
  })

  it('gives the work that a release was rolled out with last', async () => {
    const where = place()
    for (const [createdAt, keep] of [
      [10, 3],
      [30, 7],
      [20, 5],
    ] as const) {
      const { rollout, epoch } = await driven(store(), { ...where, createdAt, work: { keep } })
      await store().commit(commitOf(rollout.id, epoch, { cursor: cursorOf('succeeded') }))
    }
    const work = await store().workOf(where.application, where.environment, 'r2')
    expect(work).toEqual({ ...workOf('r2'), ...where, keep: 5 })
    expect(await store().workOf(where.application, where.environment, 'r1')).toBeUndefined()
    expect(await store().workOf(where.application, 'staging', 'r2')).toBeUndefined()
  })

  it(`takes ${HOSTS} hosts in one commit`, async () => {
    const { rollout, epoch } = await driven(store(), { hosts: HOSTS })
    const { id, application, environment } = rollout
    const names = rollout.plan.hosts.map(({ host }) => host.name)
    const commit = commitOf(id, epoch, {
      hosts: names.map((_, index) => ({ index, state: { phase: 'succeeded', attempt: 1, finishedAt: index } })),
      records: names.map((name) => ({ name, zone: 'a', health: 'healthy', release: 'r2', rollout: id, at: 1 })),
      releases: { closed: [], opened: names.map((name) => releaseOf({ name, rollout: id })) },
      logs: names.map((name, index) => ({ index, attempt: 1, log: { head: name, tail: '', cutBytes: 0 } })),
    })
    expect(await store().commit(commit)).toBe('committed')
    const hosts = await store().hosts(id)
    expect(hosts.map(({ finishedAt }) => finishedAt)).toEqual(names.map((_, index) => index))
    expect((await store().lastKnown(application, environment)).size).toBe(HOSTS)
    expect(await store().releases(application, environment)).toHaveLength(HOSTS)
    expect(await store().log(id, HOSTS - 1)).toEqual([
      { attempt: 1, log: { head: `a${HOSTS}`, tail: '', cutBytes: 0 } },
    ])
  })
}
