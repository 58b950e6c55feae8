// The contract of a session: in this process or in another one, it does the same.

import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Look, Session } from '../../../src/apps/cli/session/session.ts'
import type { Person } from '../../../src/core/intent.ts'
import { type FakeHouse, houseOf, me, orderOf, production } from './house-of.ts'

export type Opened = { session: Session; close(): Promise<void> }

export function sessionSuite(open: (house: FakeHouse) => Promise<Opened>): void {
  let house: FakeHouse
  let opened: Opened
  beforeEach(async () => {
    house = houseOf()
    opened = await open(house)
  })
  afterEach(() => opened.close())
  const session = () => opened.session

  it('plans without starting anything', async () => {
    const plan = await session().plan(orderOf('r1'))
    expect(plan).toMatchObject({ release: 'r1', environment: 'production', fleet: { size: 6, planned: 6 } })
    expect(await session().targets()).toEqual([])
    expect(await session().status({ target: production })).toBeUndefined()
  })

  it('deploys, shows every host on the way, and ends', async () => {
    expect(await session().deploy(orderOf('r1'))).toMatchObject({ kind: 'started', plan: { release: 'r1' } })
    const looks = await watched(session())
    expect(looks.at(-1)?.report).toMatchObject({ phase: 'succeeded', hosts: { planned: 6, succeeded: 6 } })
    const done = looks.flatMap(({ changes }) => changes).filter(({ phase }) => phase === 'succeeded')
    expect(done.map(({ host }) => host).sort()).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'b3'])
    expect(await session().targets()).toEqual([production])
  })

  it('refuses another plan than the one that was approved', async () => {
    const outcome = await session().deploy(orderOf('r1', { approvedDigest: '0'.repeat(64) }))
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'plan-changed' })
    expect(await session().targets()).toEqual([])
  })

  it('halts on failures, retries, and tells why', async () => {
    house.remote.behave = ({ host, attempt }) => (host === 'a2' && attempt === 1 ? 'fail' : 'ok')
    await session().deploy(orderOf('r1'))
    const halted = (await watched(session())).at(-1)?.report
    expect(halted).toMatchObject({ phase: 'halted', halt: { kind: 'fleet-budget', failed: 1 }, hosts: { failed: 1 } })
    expect(halted?.failures).toEqual([
      { phase: 'failed', step: 'start', signature: 'start exited 1', hosts: { count: 1, names: ['a2'] } },
    ])
    expect(await ask(session(), { kind: 'retry' })).toMatchObject({ answer: { kind: 'accepted' } })
    expect((await watched(session())).at(-1)?.report.phase).toBe('succeeded')
  })

  it('answers what cannot be done with a reason', async () => {
    expect(await ask(session(), { kind: 'halt' })).toEqual({
      answer: { kind: 'refused', reason: 'no-rollout', detail: { environment: 'production' } },
    })
    expect(await session().audit({ limit: 10 })).toMatchObject([{ fact: { verb: 'halt', ...production } }])
    await session().deploy(orderOf('r1'))
    await watched(session())
    expect(await ask(session(), { kind: 'skip', hostName: 'x' })).toMatchObject({ answer: { kind: 'refused' } })
    expect(await session().rollback({ ...production, by: me })).toMatchObject({ reason: 'no-good-release' })
  })

  it('locks, stops whoever else deploys or resumes, and keeps who asked for what', async () => {
    const other = { via: 'terminal', id: '1001', name: me.name } as const
    const lock = { verb: 'lock', by: other, reason: 'a migration', forMs: 60_000 } as const
    house.remote.behave = ({ host }) => (host === 'a2' ? 'fail' : 'ok')
    await session().deploy(orderOf('r1'))
    await watched(session())
    expect(await session().changeLock({ target: production, wish: lock })).toMatchObject({ kind: 'taken' })
    expect(await session().locks({ target: production })).toMatchObject({ lock: { holder: other }, queue: [] })
    expect(await session().deploy(orderOf('r2'))).toMatchObject({
      reason: 'lock-held',
      detail: { kind: 'person', holder: other.name, reason: 'a migration' },
    })
    expect(await ask(session(), { kind: 'retry' })).toMatchObject({ answer: { reason: 'lock-held' } })
    expect(await ask(session(), { kind: 'abort' })).toMatchObject({ answer: { kind: 'accepted' } })
    const wish = { verb: 'unlock', by: me, steal: true } as const
    expect(await session().changeLock({ target: production, wish })).toMatchObject({ kind: 'released' })
    const entries = await session().audit({ target: production, limit: 10 })
    expect(entries.map(({ fact }) => `${fact.verb} ${fact.outcome.kind}`)).toEqual([
      'unlock accepted',
      'abort accepted',
      'retry refused',
      'deploy refused',
      'lock accepted',
      'deploy accepted',
    ])
    expect(await session().audit({ limit: 1 })).toEqual(entries.slice(0, 1))
  })

  it('asks whoever drives to approve: of one’s own never, of another release never, of another person it begins', async () => {
    const approvals = { required: 1, from: [], notAuthor: false }
    const started = await house.engine.deploy(orderOf('r1', { approvals }))
    expect(started.kind).toBe('started')
    expect((await watched(session())).at(-1)?.report).toMatchObject({ phase: 'unapproved', hosts: { queued: 6 } })
    const eve = { via: 'terminal', id: '1001', name: me.name } as const
    const approve = (by: Person, release: string) =>
      session().ask({ target: production, by, ask: { kind: 'approve', release } })
    expect(await approve(me, 'r1')).toMatchObject({ answer: { reason: 'not-a-second-person' } })
    expect(await approve(eve, 'r2')).toMatchObject({ answer: { reason: 'other-release' } })
    expect(house.remote.begins().size).toBe(0)
    expect(await approve(eve, 'r1')).toMatchObject({ answer: { kind: 'accepted' } })
    const last = (await watched(session())).at(-1)?.report
    expect(last).toMatchObject({ phase: 'succeeded', approvals: { missing: 0, given: [eve.name] } })
  })

  it('refuses what nobody else could approve: the store is one user’s', async () => {
    const order = orderOf('r1', { approvals: { required: 1, from: [], notAuthor: false } })
    expect(await session().plan(order)).toMatchObject({ reason: 'no-approvers' })
    expect(await session().deploy(order)).toMatchObject({ reason: 'no-approvers' })
    expect(await session().targets()).toEqual([])
    expect(await session().audit({ limit: 10 })).toMatchObject([{ fact: { verb: 'deploy', release: 'r1' } }])
  })

  it('rolls back in the middle, and the watch goes over to the rollback', async () => {
    await session().deploy(orderOf('r1'))
    await watched(session())
    house.remote.behave = ({ host, release }) => (release === 'r2' && host === 'b2' ? 'hang' : 'ok')
    await session().deploy(orderOf('r2'))
    const looks: Look[] = []
    for await (const look of session().watch(production, new AbortController().signal)) {
      looks.push(look)
      if (look.changes.some(({ host, phase }) => host === 'b2' && phase === 'running'))
        expect(await session().rollback({ ...production, by: me, reason: 'bad' })).toMatchObject({ kind: 'started' })
    }
    expect(looks.at(-1)?.report).toMatchObject({ kind: 'rollback', release: 'r1', phase: 'succeeded', reason: 'bad' })
    expect(await session().history({ target: production, limit: 10 })).toMatchObject([
      { kind: 'rollback', release: 'r1', phase: 'succeeded' },
      { kind: 'deploy', release: 'r2', phase: 'superseded' },
      { kind: 'deploy', release: 'r1', phase: 'succeeded' },
    ])
  })

  it('ends a watch that is cancelled while nothing happens', async () => {
    house.remote.behave = () => 'hang'
    await session().deploy(orderOf('r1'))
    const stop = new AbortController()
    for await (const { report } of session().watch(production, stop.signal)) if (report.hosts.running > 0) stop.abort()
    expect(stop.signal.aborted).toBe(true)
  })

  it('knows where a release runs, what ran when, and what a host said', async () => {
    await session().deploy(orderOf('rel-1'))
    await watched(session())
    expect(await session().where({ release: 'rel-' })).toMatchObject([{ release: 'rel-1', now: { count: 6 } }])
    expect(await session().past({ target: production, at: Date.now() + 1 })).toHaveLength(6)
    expect(await session().past({ target: production, at: 1 })).toEqual([])
    const logs = await session().log({ target: production, host: 'a1' })
    expect(logs).toMatchObject({ host: 'a1', phase: 'succeeded', logs: [{ attempt: 1, log: { cutBytes: 0 } }] })
    expect(await session().log({ target: production, host: 'zz' })).toMatchObject({ reason: 'unknown-host' })
  })

  it('reads hosts from the record, and from the hosts when asked', async () => {
    await session().deploy(orderOf('r1'))
    await watched(session())
    house.remote.host('a1').installed = 'by-hand'
    const recorded = await session().hosts({ target: production, probe: false })
    expect(recorded.map(({ reading }) => reading)).toEqual(Array(6).fill(undefined))
    const [first, second] = await session().hosts({ target: production, probe: true })
    expect(first).toMatchObject({ name: 'a1', zone: 'a', release: 'r1', drift: { kind: 'busy' } })
    expect(second).toMatchObject({ name: 'a2', reading: { kind: 'read', installed: 'r1' } })
  })
}

async function watched(session: Session): Promise<Look[]> {
  const looks: Look[] = []
  for await (const look of session.watch(production, new AbortController().signal)) looks.push(look)
  return looks
}

function ask(session: Session, what: Parameters<Session['ask']>[0]['ask']) {
  return session.ask({ target: production, by: me, ask: what })
}
