// A server whose shells lead no process group, as some small ones do: setsid(1) makes one, and nothing is begun before.

import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type Server, type ServerChannel } from 'ssh2'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSshRemote } from '../../../src/adapters/ssh/remote.ts'
import type { Host } from '../../../src/core/fleet.ts'
import type { Remote } from '../../../src/engine/ports.ts'
import { begin, workOf } from './rollout.ts'

const root = mkdtempSync(join(tmpdir(), 'houston-ungrouped-'))
const commands: string[] = []
let path = process.env.PATH
let server: Server
let remote: Remote
let host: Host

beforeAll(async () => {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', `${root}/key`])
  const pem = readFileSync(`${root}/key`, 'utf8')
  server = new ssh2.Server({ hostKeys: [pem] }, (client) => {
    client.on('error', () => {})
    client.on('authentication', (attempt) => attempt.accept())
    client.on('session', (accept) =>
      accept().on('exec', (acceptExec, _reject, { command }) => {
        commands.push(command)
        carryOut(acceptExec(), command)
      }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const knownHosts = [`[127.0.0.1]:${port} ${readFileSync(`${root}/key.pub`, 'utf8')}`]
  remote = createSshRemote({ knownHosts, identities: { test: { kind: 'key', pem } }, deadlines: { attachMs: 300 } })
  host = { name: 'small', address: '127.0.0.1', port, user: 'x', identity: 'test', jumps: [] }
})
afterAll(async () => {
  await remote.close()
  server.close()
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
  const report = await begin(remote, workOf({ hosts: [host], directory: `${root}/grouped`, recipe })).ended()
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
  const report = await begin(remote, workOf({ hosts: [host], directory: `${root}/poor` })).ended()
  path = process.env.PATH
  expect(report).toMatchObject({ kind: 'host-unreachable', signature: expect.stringContaining('setsid') })
  expect(existsSync(`${root}/poor/.houston/runs/a1.1/begun`)).toBe(false)
})
