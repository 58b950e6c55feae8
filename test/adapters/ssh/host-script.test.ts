// The host's scripts under other shells and poorer tools than the test machine's own, without SSH.

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { beginScript } from '../../../src/adapters/ssh/host-script.ts'
import type { Recipe } from '../../../src/core/recipe.ts'
import { workOf } from './rollout.ts'
import { SHELLS } from './shells.ts'

test('twelve shells that begin one run at the same moment run it once', async () => {
  const root = mkdtempSync(join(tmpdir(), 'houston-race-'))
  const recipe = { scripts: { start: 'echo once >>ran' } }
  const work = workOf({ hosts: [], directory: root, recipe })
  const claim = { host: 0, attempt: 1, mayBegin: true }
  const scripts = Array.from({ length: 12 }, (_, index) =>
    beginScript(work, { host: 'h', zone: 'z', claim, nonce: `n${index}`, artefactBytes: 0, held: false }),
  )
  const codes = await Promise.all(
    scripts.map(async (script) => {
      const child = spawn('sh', { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
      child.stdin.end(script)
      const [code] = await once(child, 'exit')
      return code
    }),
  )
  const ran = readFileSync(`${root}/releases/r1/ran`, 'utf8')
  rmSync(root, { recursive: true, force: true })
  expect(ran).toBe('once\n')
  expect(codes).toEqual(scripts.map(() => 0))
})

const ways = [
  [
    'a hung run that nobody follows is stopped past its deadline',
    'started',
    { timeoutMs: 1_000 },
    false,
    'timeout start',
  ],
  ['a rollback waits for no shell that waits for a verdict', 'verdict', {}, true, 'interrupted -'],
] as const
test.each(ways)('%s, when a newer rollout comes', async (_, until, more, preempt, result) => {
  const root = mkdtempSync(join(tmpdir(), 'houston-way-'))
  const claim = { host: 0, attempt: 1, mayBegin: true }
  const place = { host: 'h', zone: 'z', claim, nonce: 'n0', artefactBytes: 0, held: false }
  const check = { kind: 'tcp', address: 'localhost', port: 1 } as const
  const recipe: Partial<Recipe> =
    until === 'verdict'
      ? { validate: { check, retries: 0, intervalMs: 1, timeoutMs: 1 } }
      : { scripts: { start: 'sleep 1006' } }
  const older = spawn('sh', { detached: true, stdio: ['pipe', 'ignore', 'pipe'] })
  older.stdin.write(beginScript(workOf({ hosts: [], directory: root, recipe: { ...recipe, ...more } }), place))
  const said = until === 'verdict' ? 'n0 verdict\n' : 'n0 step start\n'
  for (let heard = ''; !heard.includes(said); ) heard += String((await once(older.stderr, 'data'))[0])
  const ended = once(older, 'exit')
  const newer = workOf({
    hosts: [],
    directory: root,
    rollout: 'b1',
    epoch: 1_001,
    preempt,
    recipe: { timeoutMs: 5_000 },
  })
  const { status } = spawnSync('setsid', ['-w', 'sh'], { input: beginScript(newer, place) })
  older.stdin.destroy()
  if (status !== 0 && older.pid !== undefined) process.kill(-older.pid, 'SIGKILL')
  await ended
  expect(status).toBe(0)
  expect(readFileSync(`${root}/.houston/runs/a1.1/result`, 'utf8')).toContain(result)
  rmSync(root, { recursive: true, force: true })
})

test('a clock that is set an hour ahead stops no recipe', async () => {
  const root = mkdtempSync(join(tmpdir(), 'houston-clock-'))
  const claim = { host: 0, attempt: 1, mayBegin: true }
  const place = { host: 'h', zone: 'z', claim, nonce: 'n0', artefactBytes: 0, held: false }
  const older = spawn('sh', { detached: true, stdio: ['pipe', 'ignore', 'pipe'] })
  const recipe = { scripts: { start: 'sleep 1007' }, timeoutMs: 60_000 }
  older.stdin.write(beginScript(workOf({ hosts: [], directory: root, recipe }), place))
  for (let heard = ''; !heard.includes('step start\n'); ) heard += String((await once(older.stderr, 'data'))[0])
  utimesSync(`${root}/.houston/runs/a1.1/begun`, 1, 1)
  const newer = workOf({ hosts: [], directory: root, rollout: 'b1', epoch: 1_001, recipe: { timeoutMs: 1_000 } })
  spawnSync('setsid', ['-w', 'sh'], { input: beginScript(newer, place) })
  const ended = once(older, 'exit')
  const results = ['a1', 'b1'].map((rollout) => `${root}/.houston/runs/${rollout}.1/result`)
  expect(results.map((file) => existsSync(file) && readFileSync(file, 'utf8'))).toEqual([false, 'busy - 0 - end\n'])
  if (older.pid !== undefined) process.kill(-older.pid, 'SIGKILL')
  await ended
  rmSync(root, { recursive: true, force: true })
})

describe.each(SHELLS)('under $name', ({ path, missing }) => {
  let root = ''
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'houston-shell-'))
    mkdirSync(`${root}/bin`)
    if (path !== '') symlinkSync(path, `${root}/bin/sh`)
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  const env = () => ({ ...process.env, PATH: `${root}/bin:${process.env.PATH}` })
  const scriptOf = (name: string, recipe: Partial<Recipe>) => {
    const work = workOf({ hosts: [], directory: `${root}/${name}`, recipe: { timeoutMs: 5_000, ...recipe } })
    const claim = { host: 0, attempt: 1, mayBegin: true }
    return beginScript(work, { host: name, zone: 'z', claim, nonce: 'n0', artefactBytes: 0, held: false })
  }
  const run = (name: string, recipe: Partial<Recipe>, leads = true) => {
    const input = scriptOf(name, recipe)
    // OpenSSH's shells lead their group.
    const { status, stdout, stderr } = leads
      ? spawnSync('setsid', ['-w', 'sh'], { input, env: env() })
      : spawnSync('sh', { input, env: env() })
    return { status, stdout: stdout.toString(), stderr: stderr.toString() }
  }
  test.skipIf(missing)(`a run, its repetition and a failure ${missing}`, () => {
    const recipe = { scripts: { start: "echo it\\'s on; grep SigIgn /proc/self/status" } }
    const first = run('a', recipe)
    expect(first).toMatchObject({ status: 0, stdout: "houston-n0 log\nit's on\nSigIgn:\t0000000000000000\n" })
    expect(first.stderr.split('\n').at(-2)).toBe('houston-n0 result ok start 0 r1 end')
    expect(run('a', recipe)).toMatchObject({ status: 0, stdout: first.stdout })
    expect(run('b', { scripts: { start: 'exit 7' } })).toMatchObject({ status: 1 })
    expect(readFileSync(`${root}/b/.houston/runs/a1.1/result`, 'utf8')).toBe('failed start 7 - end\n')
  })

  test.skipIf(missing)(`a step meets no name of ours ${missing}`, () => {
    const tools = 'install -d made; test -d made; ! type finish report variables main'
    const start = `${tools}; echo "$# $nonce $release $s_start $path $dir."; start() { exit 9; }; nonce=x; finish() { false; }`
    const { status, stdout } = run('names', { scripts: { start } })
    expect(stdout.split('\n').at(-2)).toBe('0     .')
    expect(status).toBe(0)
    expect(readFileSync(`${root}/names/.houston/installed`, 'utf8')).toBe('r1 a1 - end\n')
  })

  test.skipIf(missing)(`nothing is begun by a shell that leads no process group ${missing}`, () => {
    const told = run('ungrouped', { scripts: { start: 'touch started' } }, false)
    expect(told).toEqual({ status: 1, stdout: '', stderr: 'houston-n0 ungrouped\n' })
    expect(existsSync(`${root}/ungrouped/.houston/runs/a1.1/begun`)).toBe(false)
    expect(run('ungrouped', { scripts: { start: 'touch started' } })).toMatchObject({ status: 0 })
  })

  test.skipIf(missing)(`what is ours is private, and what is the team's is as its umask says ${missing}`, () => {
    run('new/deep', { scripts: {} })
    const modes = ['new', 'new/deep', 'new/deep/.houston', 'new/deep/.houston/runs', 'new/deep/.houston/incoming']
    const own = 0o777 & ~process.umask()
    const found = modes.map((path) => statSync(join(root, path)).mode & 0o777)
    expect(found).toEqual([own, own, 0o700, 0o700, 0o700])
  })

  test.skipIf(missing)(`a hung recipe is stopped past its deadline by whoever attaches ${missing}`, async () => {
    const recipe = { scripts: { start: 'sleep 1004 & sleep 1005; touch never' }, timeoutMs: 1_000 }
    const first = spawn('sh', { detached: true, env: env(), stdio: ['pipe', 'ignore', 'pipe'] })
    const ended = once(first, 'exit')
    first.stdin.write(scriptOf('hung', recipe))
    for (let heard = ''; !heard.includes('step start\n'); ) heard += String((await once(first.stderr, 'data'))[0])
    expect(run('hung', recipe)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('result timeout start 0 - end'),
    })
    await ended
    expect(readFileSync(`${root}/hung/.houston/runs/a1.1/result`, 'utf8')).toBe('timeout start 0 - end\n')
    expect(existsSync(`${root}/hung/releases/r1/never`)).toBe(false)
    expect(execFileSync('ps', ['-eo', 'args']).toString()).not.toMatch(/sleep 100[45]/)
  })
})
