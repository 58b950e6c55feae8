// A process that stood still: what it was told before is not begun on a real host, what it had begun is seen to its end.

import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLocalRemote } from '../../../src/adapters/ssh/local-remote.ts'
import { withDefaults } from '../../../src/adapters/ssh/settings.ts'
import { keepVigil } from '../../../src/adapters/ssh/vigil.ts'
import { makePlace, type Place } from './place.ts'
import { begin, workOf } from './rollout.ts'
import { sshdMissing } from './sshd.ts'

describe('keepVigil', () => {
  it.each([
    [[1_000, 5_999, 10_998], 0],
    [[5_001], 1],
    [[5_001, 5_002, 10_002], 1],
    [[5_001, 10_003], 2],
  ])('looked at %j it has stood still %i times', (looks, expected) => {
    let now = 0
    let times = 0
    const vigil = keepVigil(
      () => {
        times += 1
      },
      () => now,
    )
    for (now of looks) vigil.look()
    vigil.end()
    expect(times).toBe(expected)
  })
})

describe.skipIf(sshdMissing)(`after a standstill ${sshdMissing ?? ''}`, () => {
  let place: Place
  let stillMs = 0
  const awake = () => performance.now() + stillMs
  beforeAll(async () => {
    place = await makePlace()
  })
  afterAll(() => place.stop())

  function start(rollout: string, start: string) {
    const host = place.fresh()
    const remote = createLocalRemote(withDefaults(place.settings, tmpdir()), awake)
    const work = workOf({ hosts: [host], directory: place.directory, rollout, recipe: { scripts: { start } } })
    return { host, remote, running: begin(remote, work) }
  }

  it('a claim whose host was being dialled is given back, and nothing is begun there', async () => {
    const { host, remote, running } = start('a1', 'true')
    stillMs += 14_000
    expect(await running.ended()).toMatchObject({ kind: 'host-withdrawn', absent: false })
    await remote.close()
    expect(place.has(host, '.houston')).toBe(false)
  })

  it('claimed again, it is begun', async () => {
    const { host, remote, running } = start('a2', 'true')
    stillMs += 14_000
    await running.ended()
    running.session.run([{ host: 0, attempt: 1, mayBegin: true }])
    expect(await running.seen(({ kind }) => kind === 'host-succeeded')).toBeDefined()
    await remote.close()
    expect(place.has(host, '.houston/runs/a2.1/result')).toBe(true)
  })

  it('a recipe that was begun goes on and is heard', async () => {
    const gate = place.gate()
    const { remote, running } = start('a3', gate.text)
    await running.seen(({ kind }) => kind === 'host-step')
    stillMs += 14_000
    await gate.open()
    expect(await running.ended()).toMatchObject({ kind: 'host-succeeded' })
    await remote.close()
  })
})
