// A runner dials only what its own settings grant.

import { expect, it } from 'vitest'
import { createGrantedRemote } from '../../../src/apps/runner/granted-remote.ts'
import { readSettings } from '../../../src/config/read-settings.ts'
import type { HostReport } from '../../../src/engine/ports.ts'
import { FakeRemote } from '../../support/fake-remote.ts'
import { fleetOf, workOf } from '../../support/plan-of.ts'
import { claimOf } from '../../support/remote-suite.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'

function open(grant: string) {
  const text = `identities: { default: { key_file: key, allow: [${grant}] } }`
  const result = readSettings({ text, file: 'houston.server.yml' }, {})
  if (result.kind !== 'ok') throw new Error('the settings are wrong')
  const clock = new VirtualClock()
  const fake = new FakeRemote(clock)
  const remote = createGrantedRemote(fake, result.settings)
  const hosts = fleetOf({ a: 2 })
    .zones.flatMap((zone) => zone.hosts)
    .map((host, index) => ({ ...host, address: `10.0.0.${index + 1}` }))
  return { clock, fake, remote, hosts }
}

it.each([
  ['{ repository: acme/*, environments: [production], hosts: [10.0.0.*] }', ['a1', 'a2']],
  ['{ repository: acme/shop, environments: [production], hosts: [10.0.0.2] }', ['a2']],
  ['{ repository: "*", environments: [staging], hosts: ["*"] }', []],
])('%s: %s', async (grant, begun) => {
  const { clock, fake, remote, hosts } = open(grant)
  const heard: HostReport[] = []
  const targets = hosts.map((host) => ({ host, zone: 'a' }))
  const work = { rollout: 'o1', epoch: 1, work: workOf('r1'), hosts: targets, preempt: false }
  remote.open(work, (reports) => heard.push(...reports)).run([claimOf(0), claimOf(1)])
  await clock.pass(1_000)
  expect(fake.order('o1')).toEqual(begun)
  const refused = heard.filter(({ kind }) => kind === 'host-unreachable')
  expect(refused).toHaveLength(2 - begun.length)
  for (const report of refused)
    expect(report).toMatchObject({ signature: `this runner's settings grant no key for 10.0.0.${report.host + 1}` })
})

it('reads only what is granted, in the order asked', async () => {
  const { remote, hosts } = open('{ repository: "*", environments: [any], hosts: [10.0.0.2] }')
  expect(await remote.probe(hosts, '/srv')).toEqual([
    { kind: 'unreachable', signature: "this runner's settings grant no key for 10.0.0.1" },
    { kind: 'read' },
  ])
})

it('withdraws and lets go like any other', async () => {
  const { clock, fake, remote, hosts } = open('{ repository: "*", environments: ["*"], hosts: ["*"] }')
  const heard: HostReport[] = []
  const targets = hosts.map((host) => ({ host, zone: 'a' }))
  const work = { rollout: 'o1', epoch: 1, work: workOf('r1'), hosts: targets, preempt: false }
  const session = remote.open(work, (reports) => heard.push(...reports))
  session.run([claimOf(0)])
  session.withdraw()
  await clock.pass(1_000)
  expect(heard).toEqual([{ host: 0, attempt: 1, kind: 'host-withdrawn', absent: false }])
  session.run([claimOf(1)])
  session.detach()
  await clock.pass(1_000)
  expect(heard).toHaveLength(1)
  expect(fake.journal).toEqual([])
})
