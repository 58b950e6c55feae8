// Who holds a run on a host, when several shells come at once or in each other's way. Without SSH.

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { beginScript } from '../../../src/adapters/ssh/host-script.ts'
import type { Recipe } from '../../../src/core/recipe.ts'
import { workOf } from './rollout.ts'
import { SHELLS } from './shells.ts'

let root = ''
const groups: number[] = []
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'houston-turn-'))
  mkdirSync(`${root}/bin`)
})
afterEach(() => {
  for (const group of groups.splice(0)) spawnSync('kill', ['-s', 'KILL', '--', `-${group}`])
  rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
})

type Wish = { recipe?: Partial<Recipe>; rollout?: string; epoch?: number }

const scriptOf = (wish: Wish, nonce = 'n0') =>
  beginScript(workOf({ hosts: [], directory: `${root}/app`, ...wish }), {
    ...{ host: 'h', zone: 'z', claim: { host: 0, attempt: 1, mayBegin: true }, nonce, artefactBytes: 0, held: false },
  })
const environment = (shell: string) => {
  if (!existsSync(`${root}/bin/sh`)) execFileSync('ln', ['-s', shell, `${root}/bin/sh`])
  return { ...process.env, PATH: `${root}/bin:${process.env.PATH}` }
}

/** A shell that leads its group, as OpenSSH's do; `said` is its stderr so far. */
function begin(wish: Wish, shell = '/bin/sh') {
  const child = spawn('sh', { detached: true, env: environment(shell), stdio: ['pipe', 'ignore', 'pipe'] })
  if (child.pid !== undefined) groups.push(child.pid)
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += String(chunk)
  })
  child.stdin.end(scriptOf(wish))
  const heard = async (words: string) => {
    while (!said.includes(words)) await once(child.stderr, 'data')
  }
  const programs = () => {
    const all = execFileSync('ps', ['-eo', 'pgid=,args=']).toString().split('\n')
    return all.flatMap((line) =>
      line.trimStart().startsWith(`${child.pid} `) ? [line.trim().replace(/^\d+ +/, '')] : [],
    )
  }
  return { heard, programs, ended: once(child, 'close').then(([code]) => ({ code, said })) }
}

const read = (file: string) => readFileSync(`${root}/app/.houston/runs/${file}`, 'utf8')
const place = (run: string, files: Readonly<Record<string, string>>) => {
  mkdirSync(`${root}/app/.houston/runs/${run}`, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(`${root}/app/.houston/runs/${run}/${name}`, text)
}

test('the time that a run waits for its turn is not taken from its recipe, and is told', async () => {
  execFileSync('mkfifo', [`${root}/gate`])
  const older = begin({ recipe: { scripts: { start: `read line <${root}/gate` } } })
  await older.heard('step start\n')
  const newer = begin({ rollout: 'b1', epoch: 1_001, recipe: { scripts: {}, timeoutMs: 30_000 } })
  await newer.heard('begun\n')
  while (!newer.programs().includes('sleep 0.2')) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(read('b1.1/begun').split(' ')[3]).toBe('30')
  writeFileSync(`${root}/gate`, 'go\n')
  expect((await older.ended).code).toBe(0)
  const { code, said } = await newer.ended
  expect([code, said.match(/begun\n/g)?.length]).toEqual([0, 2])
  expect(Number(read('b1.1/begun').split(' ')[3])).toBeGreaterThan(30)
})

test('a run that is being claimed is not ended by another rollout', async () => {
  place('a1.1', { begun: '' })
  place('a2.1', {})
  expect((await begin({ rollout: 'b1', epoch: 1_001 }).ended).code).toBe(0)
  expect(['a1.1', 'a2.1'].map((name) => existsSync(`${root}/app/.houston/runs/${name}/result`))).toEqual([false, false])
})

test('a run that is being claimed is waited for by whoever attaches to it', async () => {
  place('a1.1', { begun: '' })
  const shell = begin({})
  while (!shell.programs().includes('sleep 0.2')) await new Promise((resolve) => setTimeout(resolve, 10))
  place('a1.1', { begun: `${living()} 999999999 1\nstart\n` })
  await shell.heard('step start\n')
  place('a1.1', { result: 'ok start 0 r1 end\n' })
  expect((await shell.ended).code).toBe(0)
})

test('whoever waited for a verdict that another shell got is no sign of life', async () => {
  const gone = `${2 ** 22 + 1} 1 ${boot()}`
  place('a1.1', {
    begun: `${gone} 999999999 ${2 ** 22 + 2}\nstart\n`,
    awaiting: `${living()}\n`,
    verdict: `${gone} ok\n`,
  })
  expect((await begin({}).ended).code).toBe(1)
  expect(read('a1.1/result')).toBe('interrupted start 0 - end\n')
})

describe.each(SHELLS)('under $name', ({ path, missing }) => {
  test.skipIf(missing)(
    `eight shells at once, time after time: one runs it, all say that it is well ${missing}`,
    async () => {
      for (let round = 0; round < 6; round += 1) {
        rmSync(`${root}/app`, { recursive: true, force: true })
        const recipe = { scripts: { start: 'echo once >>ran' } }
        const all = await Promise.all(Array.from({ length: 8 }, () => begin({ recipe }, path).ended))
        expect(all.map(({ code, said }) => [code, said.split('\n').at(-2)])).toEqual(
          all.map(() => [0, 'houston-n0 result ok start 0 r1 end']),
        )
        expect(readFileSync(`${root}/app/releases/r1/ran`, 'utf8')).toBe('once\n')
      }
    },
  )

  test.skipIf(missing)(`a daemon that let go of its output holds nothing of ours ${missing}`, async () => {
    const start = '( exec >/dev/null 2>&1; while :; do sleep 1; done ) & echo $! >pid'
    const { code } = await begin({ recipe: { scripts: { start } } }, path).ended
    const pid = Number(readFileSync(`${root}/app/releases/r1/pid`, 'utf8'))
    const held = targetsOf(pid)
    process.kill(pid, 'SIGKILL')
    expect(code).toBe(0)
    // What this test's process has, every child of it may have.
    const inherited = targetsOf(process.pid)
    expect(held.filter((target) => /^(pipe|socket):/.test(target) && !inherited.includes(target))).toEqual([])
  })
})

function boot(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

/** A process that lives: this one. */
function living(): string {
  const start = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')[19]
  return `${process.pid} ${start} ${boot()}`
}

function targetsOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)]
    } catch {
      // The one that reads the directory.
      return []
    }
  })
}
