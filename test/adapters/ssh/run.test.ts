// A run on a real host from its first step to what is read back.

import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makePlace, type Place } from './place.ts'
import { begin, type Wish, workOf } from './rollout.ts'
import { sshdMissing } from './sshd.ts'

describe.skipIf(sshdMissing)(`a run on a real host ${sshdMissing ?? ''}`, () => {
  let place: Place
  beforeAll(async () => {
    place = await makePlace()
  })
  afterAll(() => place.stop())

  const run = async (wish: Omit<Wish, 'hosts' | 'directory'>, host = place.fresh()) => {
    const running = begin(place.remote, workOf({ ...wish, hosts: [host], directory: place.directory }))
    const report = await running.ended()
    const steps = running.reports.flatMap((seen) => (seen.kind === 'host-step' ? [seen.step] : []))
    return { host, report, steps, log: (report.log?.head ?? '') + (report.log?.tail ?? '') }
  }

  test('takes the steps in their order, reports each, and says what it read back', async () => {
    const scripts = Object.fromEntries(
      ['preflight', 'fetch', 'drain', 'stop', 'start', 'undrain'].map((step) => [step, `echo ${step}`]),
    )
    const check = { kind: 'command', script: 'echo validate' } as const
    const validate = { check, retries: 0, intervalMs: 100, timeoutMs: 5_000 }
    const { report, steps, log, host } = await run({ recipe: { scripts, validate } })
    expect(report).toMatchObject({ kind: 'host-succeeded', installed: 'r1' })
    expect(log.trim().split('\n')).toEqual(['preflight', 'fetch', 'drain', 'stop', 'start', 'validate', 'undrain'])
    expect(steps).toEqual(['preflight', 'fetch', 'drain', 'stop', 'switch', 'start', 'validate', 'undrain'])
    expect(await place.remote.probe([host], place.directory)).toEqual([
      { kind: 'read', installed: 'r1', current: 'r1', ended: 'ok' },
    ])
  })

  test('costs nothing for steps that are not there', async () => {
    expect((await run({})).steps).toEqual(['switch'])
  })

  test('runs a step in the new release, with its variables, without input and with signals as they were', async () => {
    const start =
      'pwd -P; env | grep -E "^(HOUSTON_|COLOUR)" | sort; cat; grep SigIgn /proc/self/status; ls /proc/self/fd'
    const { log, host } = await run({
      recipe: { scripts: { preflight: 'pwd -P', start } },
      release: { commit: 'c0ffee', variables: { COLOUR: 'a blue\n one', PATH: `${process.env.PATH}:/extra` } },
    })
    const home = place.path(host, '')
    expect(log).toBe(`${home.slice(0, -1)}
${home}releases/r1
COLOUR=a blue
HOUSTON_APPLICATION=shop
HOUSTON_COMMIT=c0ffee
HOUSTON_DIRECTORY=${home.slice(0, -1)}
HOUSTON_ENVIRONMENT=test
HOUSTON_HOST=${host.name}
HOUSTON_RELEASE=r1
HOUSTON_RELEASE_DIRECTORY=${home}releases/r1
HOUSTON_ROLLOUT=a1
HOUSTON_SHARED=${home}shared
HOUSTON_ZONE=zone-a
SigIgn:\t0000000000000000
0
1
2
3
`)
  })

  const failures: [string, string, object][] = [
    ['nosuchcommand', 'start', { signature: 'start exited 127: `sh: 1: eval: nosuchcommand: not found`' }],
    ['echo why >&2; exit 3', 'start', { signature: 'start exited 3: `why`' }],
    ['false\necho never', 'start', { signature: 'start exited 1' }],
    ["sh -c 'kill -KILL $$'", 'start', { signature: 'start was killed by SIGKILL: `Killed`' }],
    ["sh -c 'kill -SEGV $$'", 'start', { signature: 'start was killed by SIGSEGV: `Segmentation fault`' }],
    [
      'printf "\\033]8;;http://x\\007\\140\\rhi"; exit 1',
      'start',
      { signature: "start exited 1: `\\x1b]8;;http://x\\x07'\\x0dhi`" },
    ],
  ]
  test.each(failures)('a step that does %j fails its host', async (start, step, more) => {
    const { report, host } = await run({ recipe: { scripts: { start, undrain: 'touch undrained' } } })
    expect(report).toMatchObject({ kind: 'host-failed', step, ...more })
    expect(place.has(host, 'releases/r1/undrained')).toBe(false)
    expect(place.has(host, '.houston/installed')).toBe(false)
  })

  test('a second claim of the same attempt gets the stored outcome and log, and runs nothing', async () => {
    const wish = { recipe: { scripts: { start: 'echo once >>ran; echo said' } } }
    const first = await run(wish)
    const again = await run(wish, first.host)
    expect(again.report).toEqual(first.report)
    expect(again.steps).toEqual(first.steps)
    expect(place.read(first.host, 'releases/r1/ran')).toBe('once\n')
  })

  test('values are data: no canary is made by metacharacters anywhere', async () => {
    const canary = `${place.sshd.root}/canary`
    const evil = `'; touch ${canary}; $(touch ${canary}) \`touch ${canary}\`\n"touch ${canary} -rf \u202e`
    const { report, log } = await run({
      release: { commit: evil, variables: { EVIL: evil } },
      recipe: { scripts: { start: 'printf %s "$EVIL"; printf %s "$HOUSTON_COMMIT"' } },
    })
    expect(report.kind).toBe('host-succeeded')
    expect(log).toBe(evil + evil)
    expect(existsSync(canary)).toBe(false)
  })

  test.each([
    [{ release: { id: 'r/../x' } }, 'not safe in a path'],
    [{ release: { id: '-rf' } }, 'not safe in a path'],
    [{ rollout: 'a b' }, 'not safe in a path'],
    [{ release: { variables: { 'X;touch y': '' } } }, "not a name for a release's variable"],
    [{ release: { variables: { HOUSTON_HOST: '' } } }, "not a name for a release's variable"],
    [{ release: { variables: { X: 'a\0b' } } }, 'NUL'],
  ])('%j is refused before anything is sent', async (wish, words) => {
    const { report } = await run(wish)
    expect(report).toMatchObject({ kind: 'host-unreachable', signature: expect.stringContaining(words) })
  })

  test('keeps so many releases, never losing the current or the previous good one', async () => {
    const host = place.fresh()
    for (const id of ['r1', 'r2', 'r3', 'r4'])
      expect((await run({ keep: 2, release: { id }, rollout: id }, host)).report.kind).toBe('host-succeeded')
    expect((await run({ keep: 2, release: { id: 'r3' }, rollout: 'back' }, host)).report.kind).toBe('host-succeeded')
    expect(place.has(host, 'releases/r3')).toBe(true)
    expect(place.has(host, 'releases/r4')).toBe(true)
    expect(place.has(host, 'releases/r1')).toBe(false)
    expect(place.has(host, 'releases/r2')).toBe(false)
    expect(place.read(host, '.houston/installed')).toBe('r3 back r4 end\n')
  })

  test('success needs the link too: a recipe that points current elsewhere fails', async () => {
    const { report } = await run({ recipe: { scripts: { undrain: 'ln -sfn /tmp "$HOUSTON_DIRECTORY/current"' } } })
    expect(report).toMatchObject({
      kind: 'host-failed',
      signature: expect.stringContaining('current is not the release'),
    })
  })

  test('validates by command, with retries', async () => {
    const check = { kind: 'command', script: 'echo x >>tries; test "$(wc -l <tries)" -ge 3' } as const
    const good = await run({ recipe: { validate: { check, retries: 2, intervalMs: 10, timeoutMs: 2_000 } } })
    expect(good.report.kind).toBe('host-succeeded')
    const bad = await run({ recipe: { validate: { check, retries: 1, intervalMs: 10, timeoutMs: 2_000 } } })
    expect(bad.report).toMatchObject({ kind: 'host-failed', step: 'validate', signature: 'validate exited 1' })
  })
})
