// Both kinds of session pass the same suite; and what only one of them can get wrong.

import { describe, expect, it } from 'vitest'
import { ControlServer } from '../../../src/apps/cli/session/control-server.ts'
import { LocalSession } from '../../../src/apps/cli/session/local-session.ts'
import { openSocketSession } from '../../../src/apps/cli/session/socket-session.ts'
import { fleetOf, workOf } from '../../support/plan-of.ts'
import { houseOf, me, orderOf, production } from './house-of.ts'
import { sessionSuite } from './session-suite.ts'
import { socketPlace } from './socket-place.ts'

describe('in this process', () => {
  sessionSuite(async (house) => {
    const session = new LocalSession(house, { kind: 'local', alone: true })
    return { session, close: () => session.close() }
  })

  it('looking drives nothing', async () => {
    const first = houseOf()
    first.remote.behave = () => 'hang'
    const driving = new LocalSession(first, { kind: 'local', alone: true })
    await driving.deploy(orderOf('r1'))
    for await (const { report } of driving.watch(production, new AbortController().signal))
      if (report.hosts.running > 0) break
    await driving.close()
    const second = houseOf(first.store, first.remote)
    const looking = new LocalSession(second, { kind: 'local', alone: true })
    const before = first.remote.journal.length
    expect(await looking.status({ target: production })).toMatchObject({ phase: 'running' })
    await looking.history({ target: production, limit: 5 })
    await looking.hosts({ target: production, probe: false })
    await looking.plan(orderOf('r2'))
    await looking.idle()
    expect(first.remote.journal.length).toBe(before)
    await looking.close()
  })

  it('resume takes over what a dead process left, and no host begins twice', async () => {
    const first = houseOf()
    first.remote.behave = ({ host }) => (host === 'a2' ? { kind: 'slow', ms: 300 } : 'ok')
    const driving = new LocalSession(first, { kind: 'local', alone: true })
    await driving.deploy(orderOf('r1'))
    for await (const { changes } of driving.watch(production, new AbortController().signal))
      if (changes.some(({ host, phase }) => host === 'a2' && phase === 'running')) break
    await driving.close()
    const session = new LocalSession(houseOf(first.store, first.remote), { kind: 'local', alone: true })
    const asked = await session.ask({ target: production, by: me, ask: { kind: 'resume' } })
    expect(asked.answer).toEqual({ kind: 'accepted' })
    await session.idle()
    expect(await session.status({ target: production })).toMatchObject({ phase: 'succeeded' })
    expect([...first.remote.begins().values()]).toEqual(Array(6).fill(1))
    await session.close()
  })

  it('a lock of somebody else keeps what a dead process left from being taken over', async () => {
    const first = houseOf()
    first.remote.behave = () => 'hang'
    const driving = new LocalSession(first, { kind: 'local', alone: true })
    await driving.deploy(orderOf('r1'))
    for await (const { report } of driving.watch(production, new AbortController().signal))
      if (report.hosts.running > 0) break
    await driving.close()
    const session = new LocalSession(houseOf(first.store, first.remote), { kind: 'local', alone: true })
    const other = { via: 'terminal', id: '1001', name: 'eve' } as const
    await session.changeLock({ target: production, wish: { verb: 'lock', by: other } })
    const before = first.remote.journal.length
    const asked = await session.ask({ target: production, by: me, ask: { kind: 'resume' } })
    expect(asked.answer).toMatchObject({ reason: 'lock-held', detail: { holder: 'eve' } })
    await session.idle()
    expect(first.remote.journal.length).toBe(before)
    expect(await session.audit({ limit: 1 })).toMatchObject([
      { fact: { verb: 'resume', outcome: { kind: 'refused', reason: 'lock-held' } } },
    ])
    await session.close()
  })

  it('on a shared store, does not wait for what another process drives', async () => {
    const other = houseOf()
    other.remote.behave = ({ host }) => (host === 's1' ? 'hang' : 'ok')
    const staging = orderOf('r1', { work: { ...workOf('r1'), environment: 'staging' }, fleet: fleetOf({ s: 1 }) })
    const driving = new LocalSession(other, { kind: 'local', alone: false })
    await driving.deploy(staging)
    const session = new LocalSession(houseOf(other.store, other.remote), { kind: 'local', alone: false })
    await session.deploy(orderOf('r1'))
    let last: string | undefined
    for await (const { report } of session.watch(production, new AbortController().signal)) last = report.phase
    await session.idle()
    expect(last).toBe('succeeded')
    await session.close()
    await driving.close()
  })

  it('a halt of what a dead process left comes before any new host', async () => {
    const first = houseOf()
    first.remote.behave = ({ host }) => (host === 'a1' ? { kind: 'slow', ms: 700 } : 'ok')
    const driving = new LocalSession(first, { kind: 'local', alone: true })
    await driving.deploy(orderOf('r1'))
    for await (const { changes } of driving.watch(production, new AbortController().signal))
      if (changes.some(({ host, step }) => host === 'a1' && step !== undefined)) break
    await driving.close()
    // The host is done by now: whoever drives without having read the letter would go on with the next one.
    while (first.remote.installed('a1') === undefined) await new Promise((resolve) => setImmediate(resolve))
    const second = houseOf(first.store, first.remote)
    const post = second.store.post.bind(second.store)
    second.store.post = async (letter) => {
      await new Promise<void>((resolve) => second.clock.after(100, resolve))
      await post(letter)
    }
    const session = new LocalSession(second, { kind: 'local', alone: true })
    expect((await session.ask({ target: production, by: me, ask: { kind: 'halt' } })).answer).toEqual({
      kind: 'accepted',
    })
    await session.idle()
    expect(await session.status({ target: production })).toMatchObject({ phase: 'halted', untouched: { count: 5 } })
    await session.close()
  })
})

describe('in another process', () => {
  sessionSuite(async (house) => {
    const place = socketPlace()
    const local = new LocalSession(house, { kind: 'local', alone: true })
    const server = new ControlServer(local)
    await server.listen(place.path)
    const session = await openSocketSession(place.path)
    const close = async () => {
      await session.close()
      server.close()
      await local.close()
      place.remove()
    }
    return { session, close }
  })
})
