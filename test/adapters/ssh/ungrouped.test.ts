// A server whose shells lead no process group, as some small ones do: setsid(1) makes one, and nothing is begun before.

import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServerChannel } from 'ssh2'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ExecServer, startExecServer } from './exec-server.ts'
import { begin, workOf } from './rollout.ts'

const root = mkdtempSync(join(tmpdir(), 'houston-ungrouped-'))
const commands: string[] = []
let path = process.env.PATH
let server: ExecServer

beforeAll(async () => {
  server = await startExecServer((channel, command) => {
    commands.push(command)
    carryOut(channel, command)
  })
})
afterAll(async () => {
  await server.stop()
  rmSync(root, { recursive: true, force: true })
})

/** In the process group of this test. */
function carryOut(channel: ServerChannel, command: string): void {
  const child = spawn('/bin/sh', ['-c', command], { env: { ...process.env, PATH: path } })
  channel.on('data', (chunk: Buffer) => child.stdin.write(chunk))
  child.stdout.on('data', (chunk: Buffer) => channel.write(chunk))
  child.stderr.on('data', (chunk: Buffer) => channel.stderr.write(chunk))
  child.once('close', (code) => {
    channel.exit(code ?? 1)
    channel.end()
  })
}

test('a run is begun by a shell that leads a group of its own', async () => {
  const recipe = { scripts: { start: 'ps -o pgid= -p $$ >group' } }
  const report = await begin(
    server.remote,
    workOf({ hosts: [server.host], directory: `${root}/grouped`, recipe }),
  ).ended()
  expect(report).toMatchObject({ kind: 'host-succeeded', installed: 'r1' })
  expect(commands).toEqual(['exec sh', 'exec setsid sh'])
  const group = readFileSync(`${root}/grouped/releases/r1/group`, 'utf8').trim()
  const own = execFileSync('ps', ['-o', 'pgid=', '-p', String(process.pid)]).toString()
  expect(Number(group)).toBeGreaterThan(0)
  expect(group).not.toBe(own.trim())
})

test('a host without setsid(1) is refused, and nothing is begun there', async () => {
  const tools = join(root, 'tools')
  execFileSync('sh', [
    '-c',
    `mkdir ${tools} && for tool in sh mkdir dd head; do ln -s "$(command -v $tool)" ${tools}; done`,
  ])
  path = tools
  const report = await begin(server.remote, workOf({ hosts: [server.host], directory: `${root}/poor` })).ended()
  path = process.env.PATH
  expect(report).toMatchObject({ kind: 'host-unreachable', signature: expect.stringContaining('setsid') })
  expect(existsSync(`${root}/poor/.houston/runs/a1.1/begun`)).toBe(false)
})
