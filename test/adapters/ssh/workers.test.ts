// The same promises when the connections live in worker threads.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSshRemote } from '../../../src/adapters/ssh/remote.ts'
import type { Remote } from '../../../src/engine/ports.ts'
import { makePlace, type Place } from './place.ts'
import { begin, workOf } from './rollout.ts'
import { sshdMissing } from './sshd.ts'

describe.skipIf(sshdMissing)(`connections in worker threads ${sshdMissing ?? ''}`, () => {
  let place: Place
  let remote: Remote
  beforeAll(async () => {
    place = await makePlace()
    remote = createSshRemote({ ...place.settings, workers: 2, manyHosts: 1, maxSessions: 2 })
  })
  afterAll(async () => {
    await remote.close()
    await place.stop()
  })

  test('report and read every host, in the order asked', async () => {
    const hosts = [1, 2, 3, 4, 5].map(() => place.fresh())
    const running = begin(remote, workOf({ hosts: hosts.slice(0, 4), directory: place.directory }))
    for (const host of [0, 1, 2, 3]) expect((await running.ended(host)).kind).toBe('host-succeeded')
    const readings = await remote.probe(hosts, place.directory)
    const fine = { kind: 'read', installed: 'r1', current: 'r1', ended: 'ok' }
    expect(readings).toEqual([fine, fine, fine, fine, { kind: 'read' }])
  })

  test('give claims back, and let recipes go on when nobody listens', async () => {
    const hosts = [1, 2, 3, 4].map(() => place.fresh())
    // A gate for each host: two readers of one would share its bytes.
    const gates = [place.gate(), place.gate()]
    const cases = gates.map((gate, index) => `${hosts[index]?.name}) ${gate.text} ;;`)
    const recipe = { scripts: { start: `case $HOUSTON_HOST in ${cases.join(' ')} esac` } }
    const running = begin(remote, workOf({ hosts, directory: place.directory, recipe }))
    for (const host of [0, 1])
      await running.seen((seen) => seen.host === host && seen.kind === 'host-step' && seen.step === 'start')
    running.session.withdraw()
    for (const host of [2, 3]) expect((await running.ended(host)).kind).toBe('host-withdrawn')
    running.session.detach()
    for (const gate of gates) await gate.open()
    const again = begin(remote, workOf({ hosts, directory: place.directory, recipe: { scripts: {} } }))
    for (const host of [0, 1]) expect((await again.ended(host)).kind).toBe('host-succeeded')
    expect(running.reports.filter((report) => report.host < 2 && report.kind !== 'host-step')).toEqual([])
  })

  test('a key that cannot be used is said at once', () => {
    const identities = { test: { kind: 'key', pem: 'nonsense' } as const }
    expect(() => createSshRemote({ ...place.settings, identities, workers: 1 })).toThrow('identity "test"')
  })
})
