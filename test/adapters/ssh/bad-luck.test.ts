// Hosts and recipes that misbehave: endless output, endless recipes, daemons, signals, full disks.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSshRemote } from '../../../src/adapters/ssh/remote.ts'
import type { Host } from '../../../src/core/fleet.ts'
import { makePlace, type Place } from './place.ts'
import { begin, type Wish, workOf } from './rollout.ts'
import { sshdMissing } from './sshd.ts'

const KIB = 1_024
const MIB = KIB * KIB

describe.skipIf(sshdMissing)(`a host that misbehaves ${sshdMissing ?? ''}`, () => {
  let place: Place
  beforeAll(async () => {
    place = await makePlace({ deadlines: { outputMs: 300 }, secrets: ['s3cr3t-t0ken'] })
  })
  afterAll(() => place.stop())

  const start = (wish: Partial<Wish>, host = place.fresh()) => ({
    host,
    running: begin(place.remote, workOf({ hosts: [host], directory: place.directory, ...wish })),
  })
  const run = async (wish: Partial<Wish>, host = place.fresh()) => {
    const started = start(wish, host)
    const report = await started.running.ended()
    return { host, report, log: report.log ?? { head: '', tail: '', cutBytes: -1 } }
  }

  /** The shell that began its run: the last word about who runs it. */
  const shellOf = (host: Host) => place.read(host, '.houston/runs/a1.1/begun').split(/[ \n]/)[4] ?? ''

  test('1 GiB of output: its two ends arrive, memory stays flat, the count is exact', async () => {
    const before = process.memoryUsage().rss
    const { log, report } = await run({
      recipe: { scripts: { start: `echo first; yes | head -c ${1_024 * MIB}; echo last` } },
    })
    expect(report.kind).toBe('host-succeeded')
    expect(log.head.startsWith('first\ny\n')).toBe(true)
    expect(log.tail.endsWith('y\nlast\n')).toBe(true)
    expect(log.head.length + log.tail.length).toBe(128 * KIB)
    expect(log.cutBytes).toBe(1_024 * MIB + 'first\nlast\n'.length - 128 * KIB)
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * MIB)
  })

  test('a line of 10 MB, NULs and broken UTF-8 pass through', async () => {
    const { log } = await run({ recipe: { scripts: { start: "head -c 10000000 /dev/zero; printf '\\377end'" } } })
    expect(log.head).toBe('\0'.repeat(64 * KIB))
    expect(log.tail.endsWith('\0\ufffdend')).toBe(true)
    expect(log.cutBytes).toBe(10_000_004 - 128 * KIB)
  })

  test('output under the limit arrives whole', async () => {
    const { log } = await run({ recipe: { scripts: { start: `head -c ${100 * KIB} /dev/zero | tr '\\0' x` } } })
    expect(log.head + log.tail).toBe('x'.repeat(100 * KIB))
    expect(log.cutBytes).toBe(0)
  })

  test('a secret never leaves, plain or coded', async () => {
    const script =
      'echo s3cr3t-t0ken; printf "user:s3cr3t-t0ken" | base64; echo s3cr3t%2Dt0ken; echo s3cr3t-t0ken >&2; exit 1'
    const { log, report } = await run({ recipe: { scripts: { start: script } } })
    expect(JSON.stringify(report)).not.toContain('s3cr3t-t0ken')
    expect(log.head).not.toContain(Buffer.from('user:s3cr3t-t0ken').toString('base64').slice(8, -4))
    expect(report).toMatchObject({ signature: 'start exited 1: `[REDACTED]`' })
  })

  test('a recipe that forks and never ends is stopped at its deadline, with all that it forked', async () => {
    const script = '(trap "" TERM; sleep 1001) & sleep 1002 & sleep 1003 & wait'
    const { report, host } = await run({ recipe: { timeoutMs: 1_000, scripts: { start: script } } })
    expect(report).toMatchObject({ kind: 'host-failed', signature: "start was stopped at the recipe's deadline" })
    expect(place.read(host, '.houston/runs/a1.1/result')).toBe('timeout start 0 - end\n')
    expect(execFileSync('ps', ['-eo', 'args']).toString()).not.toMatch(/sleep 100[123]/)
  })

  test('one that ignores TERM is killed, and that is what is said later', async () => {
    const script = 'trap "" TERM; while :; do sleep 1; done'
    const { report, host } = await run({ recipe: { timeoutMs: 1_000, scripts: { start: script } } })
    expect(report).toMatchObject({ kind: 'host-failed', signature: "start was stopped at the recipe's deadline" })
    expect((await run({}, host)).report).toMatchObject({ signature: "start was stopped at the recipe's deadline" })
  })

  test('a daemon that keeps stdout does not hold its run, and lives on', async () => {
    const script = 'echo hello; (while :; do sleep 0.2; echo tick; done) & echo $! >daemon'
    const { report, host, log } = await run({ recipe: { scripts: { start: script } } })
    expect(report).toMatchObject({ kind: 'host-succeeded', installed: 'r1' })
    expect(log.head.startsWith('hello\n')).toBe(true)
    const pid = Number(place.read(host, 'releases/r1/daemon'))
    const shell = shellOf(host)
    expect(stateOf(shell)).toMatch(/^Z?$/)
    process.kill(pid, 0)
    process.kill(pid, 'SIGKILL')
  })

  test.each([false, true])(
    'a shell that is killed by a signal is looked at again; with a check to come: %s',
    async (checked) => {
      const gate = place.gate()
      const check = { kind: 'tcp', address: '127.0.0.1', port: place.sshd.port } as const
      const validate = { check, retries: 0, intervalMs: 10, timeoutMs: 5_000 }
      const { host, running } = start({ recipe: { scripts: { start: gate.text }, ...(checked && { validate }) } })
      await running.seen((report) => report.kind === 'host-step' && report.step === 'start')
      process.kill(Number(shellOf(host)), 'SIGKILL')
      await gate.open()
      expect(await running.ended()).toMatchObject({ kind: 'host-succeeded' })
      expect(place.read(host, '.houston/runs/a1.1/begun').split('\n').slice(1)).toEqual([
        'switch',
        'start',
        ...(checked ? ['validate'] : []),
        '',
      ])
    },
  )

  test('a host that freezes is unknown, and is attached to when it thaws', async () => {
    const keepalive = { intervalMs: 100, count: 2 }
    const deadlines = { dialMs: 300, openMs: 500, attachMs: 1_000 }
    const hasty = createSshRemote({ ...place.settings, keepalive, deadlines })
    const gate = place.gate()
    const host = place.fresh()
    const work = workOf({ hosts: [host], directory: place.directory, recipe: { scripts: { start: gate.text } } })
    const frozen = begin(hasty, work)
    await frozen.seen((report) => report.kind === 'host-step' && report.step === 'start')
    const pids = [place.sshd.pid, ...sessions(place.sshd.pid)]
    for (const pid of pids) process.kill(pid, 'SIGSTOP')
    const report = await frozen.ended()
    for (const pid of pids) process.kill(pid, 'SIGCONT')
    expect(report).toMatchObject({ kind: 'host-unknown' })
    await gate.open()
    expect(await begin(place.remote, work).ended()).toMatchObject({ kind: 'host-succeeded' })
    expect(place.read(host, '.houston/runs/a1.1/begun').split('\n').slice(1)).toEqual(['switch', 'start', ''])
    await hasty.close()
  })

  test('a full disk fails the host with its reason, and a later run finds no half of a release', async (context) => {
    const host = place.fresh()
    const disk = place.path(host, '')
    mkdirSync(disk)
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' })
    } catch {
      if (process.env.HOUSTON_TEST_NO_SKIP === '1') throw new Error('cannot mount a tmpfs')
      context.skip('only root may mount the small disk that this needs')
    }
    try {
      const fill = 'head -c 1000000 /dev/zero >filler'
      const failed = await run({ recipe: { scripts: { start: fill } } }, host)
      expect(failed.report).toMatchObject({
        kind: 'host-failed',
        step: 'start',
        signature: expect.stringContaining('No space left on device'),
      })
      const next = await run({ rollout: 'a2', epoch: 1_001 }, host)
      expect(next.report).toMatchObject({ kind: 'host-failed', signature: expect.stringMatching(/could not begin/) })
    } finally {
      execFileSync('umount', ['-l', disk])
    }
  })
})

function sessions(sshd: number): number[] {
  const processes = execFileSync('ps', ['-eo', 'pid=,ppid=,comm=']).toString().trim().split('\n')
  return processes
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([pid, parent]) => (Number(parent) === sshd ? [Number(pid)] : []))
}

/** Of a process, as ps says it in one letter; nothing when it is gone. Z has ended, and only waits for whoever inherited it. */
function stateOf(pid: string): string {
  return spawnSync('ps', ['-o', 's=', '-p', pid]).stdout.toString().trim()
}
