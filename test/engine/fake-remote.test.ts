// The fake hosts keep the promises of the port `Remote`, or the engine's tests would prove nothing.

import { expect, it } from 'vitest'
import type { HostReport, RemoteSession } from '../../src/engine/ports.ts'
import type { Behaviour } from '../support/fake-host.ts'
import { FakeRemote } from '../support/fake-remote.ts'
import { fleetOf, workOf } from '../support/plan-of.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

function open(behaviour: Behaviour = 'ok') {
  const clock = new VirtualClock()
  const remote = new FakeRemote(clock)
  remote.behave = () => behaviour
  const heard: HostReport[] = []
  const hosts = fleetOf({ a: 2 }).zones.flatMap((zone) => zone.hosts.map((host) => ({ host, zone: zone.name })))
  const session = (epoch = 1, over: { rollout?: string; preempt?: boolean } = {}): RemoteSession =>
    remote.open({ rollout: 'o1', epoch, work: workOf('r1'), hosts, preempt: false, ...over }, (reports) =>
      heard.push(...reports),
    )
  const kinds = () => heard.filter(({ kind }) => kind !== 'host-step').map(({ kind }) => kind)
  return { clock, remote, heard, session, kinds, deeds: () => remote.journal.map(({ what }) => what) }
}

const claim = { host: 0, attempt: 1, mayBegin: true }

it('begins once and attaches afterwards, whoever asks', async () => {
  const { clock, session, kinds, deeds } = open({ kind: 'slow', ms: 500 })
  session().run([claim])
  await clock.pass(100)
  session(2).run([claim])
  await clock.pass(1_000)
  session(3).run([claim])
  await clock.pass(1_000)
  expect(deeds()).toEqual(['began', 'attached', 'attached'])
  expect(kinds()).toEqual(['host-succeeded', 'host-succeeded', 'host-succeeded'])
})

it('tells steps, then the end with its log', async () => {
  const { clock, session, heard } = open()
  session().run([claim])
  await clock.pass(1_000)
  expect(heard.map((report) => (report.kind === 'host-step' ? report.step : report.kind))).toEqual([
    'switch',
    'start',
    'validate',
    'host-succeeded',
  ])
  expect(heard.at(-1)?.log?.head).toBe('log of o1/1 on a1')
})

it.each<[Behaviour, string[]]>([
  ['fail', ['host-failed']],
  ['lie', ['host-succeeded']],
  ['unreachable', ['host-unreachable']],
  ['unknown', ['host-unknown']],
  ['hang', []],
])('%s', async (behaviour, reports) => {
  const { clock, session, kinds } = open(behaviour)
  session().run([claim])
  await clock.pass(60_000)
  expect(kinds()).toEqual(reports)
})

it('mayBegin false only attaches', async () => {
  const { clock, session, heard, deeds } = open()
  session().run([{ ...claim, mayBegin: false }])
  await clock.pass(1_000)
  expect(heard).toEqual([{ host: 0, attempt: 1, kind: 'host-withdrawn', absent: true }])
  expect(deeds()).toEqual([])
})

it('withdraw gives back what has not begun, and nothing else', async () => {
  const { clock, session, heard, kinds } = open()
  const mine = session()
  mine.run([claim])
  await clock.pass(15)
  mine.run([{ ...claim, host: 1 }])
  mine.withdraw()
  await clock.pass(1_000)
  expect(heard.find(({ host }) => host === 1)).toMatchObject({ kind: 'host-withdrawn', absent: false })
  expect(kinds()).toEqual(['host-withdrawn', 'host-succeeded'])
})

it('after detach nothing is heard, and what has begun goes on', async () => {
  const { clock, remote, session, heard } = open({ kind: 'slow', ms: 500 })
  const mine = session()
  mine.run([claim])
  await clock.pass(15)
  mine.detach()
  heard.length = 0
  await clock.pass(1_000)
  expect(heard).toEqual([])
  expect(remote.installed('a1')).toBe('r1')
})

it('one run at a time on a host: waited for, or stopped by a rollback', async () => {
  const { clock, session, deeds } = open({ kind: 'slow', ms: 500 })
  session().run([claim])
  await clock.pass(100)
  session(2, { rollout: 'o2' }).run([claim])
  await clock.pass(100)
  expect(deeds()).toEqual(['began'])
  await clock.pass(500)
  expect(deeds()).toEqual(['began', 'began'])
  session(3, { rollout: 'o3', preempt: true }).run([claim])
  await clock.pass(100)
  expect(deeds()).toEqual(['began', 'began', 'stopped', 'began'])
})
