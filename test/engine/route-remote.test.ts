// Hosts that name a runner go to the queue, the others to this process; and a release's file is there before claims run.

import { describe, expect, it } from 'vitest'
import type { Artefact } from '../../src/core/release.ts'
import type { HostReport, RolloutWork } from '../../src/engine/ports.ts'
import type { Artefacts } from '../../src/engine/ports-artefacts.ts'
import { createRouteRemote } from '../../src/engine/route-remote.ts'
import { createSuppliedRemote } from '../../src/engine/supplied-remote.ts'
import { FakeRemote } from '../support/fake-remote.ts'
import { fleetOf, workOf } from '../support/plan-of.ts'
import { claimOf } from '../support/remote-suite.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

const local = () => fleetOf({ a: 4 }).zones.flatMap(({ hosts }) => hosts)
const ends = (reports: readonly HostReport[]) =>
  reports.filter(({ kind }) => kind !== 'host-step').map(({ host, kind }) => [host, kind])

function rolloutOf(hosts: ReturnType<typeof local>, artefact: Artefact = { kind: 'none' }): RolloutWork {
  const work = workOf('r1')
  return {
    ...{ rollout: 'o1', epoch: 1, preempt: false, work: { ...work, release: { ...work.release, artefact } } },
    hosts: hosts.map((host) => ({ host, zone: 'a' })),
  }
}

describe('a routed remote', () => {
  function routed() {
    const clock = new VirtualClock()
    const [here, far] = [new FakeRemote(clock), new FakeRemote(clock)]
    const hosts = local().map((host, index) => (index % 2 === 1 ? { ...host, runner: 'eu' } : host))
    return { clock, here, far, hosts, remote: createRouteRemote({ local: here, queued: far }) }
  }

  it('sends each host where it is reached, and keeps the indexes of the rollout', async () => {
    const { clock, here, far, hosts, remote } = routed()
    const heard: HostReport[] = []
    remote.open(rolloutOf(hosts), (reports) => heard.push(...reports)).run([3, 0, 1].map((host) => claimOf(host)))
    await clock.pass(1_000)
    expect(here.order('o1')).toEqual(['a1'])
    expect(far.order('o1')).toEqual(['a4', 'a2'])
    expect(ends(heard).sort()).toEqual([0, 1, 3].map((host) => [host, 'host-succeeded']))
  })

  it('withdraws and detaches on both sides', async () => {
    const { clock, here, far, hosts, remote } = routed()
    const heard: HostReport[] = []
    const session = remote.open(rolloutOf(hosts), (reports) => heard.push(...reports))
    session.run([claimOf(0), claimOf(1)])
    session.withdraw()
    await clock.pass(1_000)
    expect(ends(heard).sort()).toEqual([0, 1].map((host) => [host, 'host-withdrawn']))
    session.run([claimOf(2), claimOf(3)])
    await clock.pass(15)
    session.detach()
    heard.length = 0
    await clock.pass(1_000)
    expect(heard).toEqual([])
    expect([...here.order('o1'), ...far.order('o1')]).toEqual(['a3', 'a4'])
  })

  it('reads hosts in the order asked', async () => {
    const { clock, far, hosts, remote } = routed()
    far.open(rolloutOf(hosts), () => {}).run([claimOf(1)])
    await clock.pass(1_000)
    const readings = await remote.probe(
      [1, 0, 3].flatMap((index) => hosts[index] ?? []),
      '/srv',
    )
    expect(readings).toEqual([
      { kind: 'read', installed: 'r1', current: 'r1', live: 'r1', ended: 'ok' },
      { kind: 'read' },
      { kind: 'read' },
    ])
  })
})

describe('a supplied remote', () => {
  const artefact = { kind: 'path', file: '/elsewhere/x.tgz', sha256: 'ab', bytes: 1 } as const

  function supplied(present: Artefacts['present']) {
    const clock = new VirtualClock()
    const fake = new FakeRemote(clock)
    const seen: Artefact[] = []
    const open: FakeRemote['open'] = (work, listen) => {
      seen.push(work.work.release.artefact)
      return fake.open(work, listen)
    }
    const inner = { open, probe: fake.probe, close: fake.close }
    const remote = createSuppliedRemote(inner, { keep: async () => {}, present })
    const heard: HostReport[] = []
    const session = remote.open(rolloutOf(local(), artefact), (reports) => heard.push(...reports))
    return { clock, fake, seen, heard, session }
  }

  it('begins nothing before the file is here, and then everything that was claimed', async () => {
    const file = Promise.withResolvers<Artefact>()
    const { clock, fake, seen, heard, session } = supplied(() => file.promise)
    session.run([claimOf(0)])
    session.run([claimOf(1)])
    await clock.pass(1_000)
    expect(fake.journal).toEqual([])
    file.resolve({ ...artefact, file: '/here/ab.tgz' })
    await clock.pass(1_000)
    expect(seen).toEqual([{ ...artefact, file: '/here/ab.tgz' }])
    expect(ends(heard)).toEqual([0, 1].map((host) => [host, 'host-succeeded']))
  })

  it('goes on without the file when it cannot be had: an attach needs none', async () => {
    const { clock, seen, heard, session } = supplied(() => Promise.reject(new Error('gone')))
    session.run([claimOf(0, { mayBegin: false })])
    await clock.pass(1_000)
    expect(seen).toEqual([artefact])
    expect(ends(heard)).toEqual([[0, 'host-withdrawn']])
  })

  it('gives back what waits for the file, and begins it never', async () => {
    const file = Promise.withResolvers<Artefact>()
    const { clock, fake, heard, session } = supplied(() => file.promise)
    session.run([claimOf(0)])
    session.withdraw()
    await clock.pass(1_000)
    expect(heard).toEqual([{ host: 0, attempt: 1, kind: 'host-withdrawn', absent: false }])
    session.run([claimOf(1)])
    session.detach()
    file.resolve(artefact)
    await clock.pass(1_000)
    expect(fake.journal).toEqual([])
  })
})
