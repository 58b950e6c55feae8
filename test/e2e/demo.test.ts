// The demo as a stranger starts it: the launcher, real SSH servers, real rollouts. It judges itself; here its judgement, its
// summary and its tidiness are judged.

import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { z } from 'zod'

const LAUNCHER = fileURLToPath(new URL('../../bin/houston.js', import.meta.url))

const summary = z.object({
  kind: z.literal('demo-summary'),
  ok: z.literal(true),
  acts: z.array(
    z.object({
      state: z.string(),
      hosts: z.record(z.string(), z.number()),
      order: z.array(z.string()),
      untouched: z.array(z.string()),
      failures: z.array(z.object({ hosts: z.array(z.string()) })),
      read_back: z.array(z.object({ host: z.string(), installed: z.string() })),
    }),
  ),
})

function startDemo() {
  const child = spawn(process.execPath, [LAUNCHER, 'demo', '--json'], { stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)))
  return { child, ended, lines: () => out.trimEnd().split('\n') }
}

function fleets(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('houston-fleet-'))
}

test('three acts: everywhere, halted with untouched hosts, rolled back with failed hosts first', async () => {
  const demo = startDemo()
  expect(await demo.ended).toBe(0)
  const { acts } = summary.parse(JSON.parse(demo.lines().at(-1) ?? ''))
  const [everywhere, halted, back] = acts
  expect(everywhere).toMatchObject({ state: 'succeeded', hosts: { succeeded: 12 } })
  expect(halted?.state).toBe('halted')
  const failed = halted?.failures.flatMap(({ hosts }) => hosts) ?? []
  expect(failed.length).toBeGreaterThanOrEqual(2)
  expect(halted?.untouched.length).toBeGreaterThan(0)
  expect(back?.state).toBe('succeeded')
  expect(new Set(back?.order.slice(0, failed.length))).toEqual(new Set(failed))
  expect(new Set(back?.order)).toEqual(new Set(halted?.order))
  expect(back?.read_back.every(({ installed }) => installed === 'r1')).toBe(true)
}, 120_000)

test('Ctrl-C in the middle leaves nothing behind', async () => {
  const before = new Set(fleets())
  const demo = startDemo()
  const root = await new Promise<string>((resolve) => {
    const look = setInterval(() => {
      const [found] = fleets().filter((name) => !before.has(name) && existsSync(`${tmpdir()}/${name}/journal`))
      if (!found) return
      clearInterval(look)
      resolve(`${tmpdir()}/${found}`)
    }, 50)
  })
  demo.child.kill('SIGINT')
  expect(await demo.ended).toBe(130)
  await expect.poll(() => existsSync(root), { timeout: 20_000 }).toBe(false)
}, 120_000)
