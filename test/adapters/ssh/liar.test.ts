// Hosts whose words and exit status do not agree, and applications that speak in markers: never a success.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type Server, type ServerChannel } from 'ssh2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSshRemote } from '../../../src/adapters/ssh/remote.ts'
import type { Host } from '../../../src/core/fleet.ts'
import type { Remote } from '../../../src/engine/ports.ts'
import { begin, workOf } from './rollout.ts'

describe('a host that says one thing and does another', () => {
  const keys = mkdtempSync(join(tmpdir(), 'houston-liar-'))
  let server: Server
  let remote: Remote
  let host: Host
  let execs = 0
  let lie: (channel: ServerChannel, nonce: string) => void = () => {}
  beforeAll(async () => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', `${keys}/key`])
    const pem = readFileSync(`${keys}/key`, 'utf8')
    server = new ssh2.Server({ hostKeys: [pem] }, (client) => {
      client.on('error', () => {})
      client.on('authentication', (attempt) => attempt.accept())
      client.on('session', (accept) =>
        accept().on('exec', (acceptExec) => {
          const channel = acceptExec()
          let text = ''
          execs += 1
          channel.on('data', (chunk: Buffer) => {
            text += chunk.toString()
            if (text.endsWith('main; exit\n')) lie(channel, /^_nonce='(.*)'$/m.exec(text)?.[1] ?? '')
          })
        }),
      )
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const knownHosts = [`[127.0.0.1]:${port} ${readFileSync(`${keys}/key.pub`, 'utf8')}`]
    remote = createSshRemote({ knownHosts, identities: { test: { kind: 'key', pem } }, deadlines: { attachMs: 300 } })
    host = { name: 'liar', address: '127.0.0.1', port, user: 'x', identity: 'test', jumps: [] }
  })
  afterAll(async () => {
    await remote.close()
    server.close()
    rmSync(keys, { recursive: true, force: true })
  })

  const run = () => begin(remote, workOf({ hosts: [host], directory: '/srv' })).ended()
  const say = (channel: ServerChannel, nonce: string, lines: readonly string[]) =>
    channel.stderr.write(lines.map((line) => `houston-${nonce} ${line}\n`).join(''))
  const ok = ['begun', 'ran ok - 0', 'result ok - 0 r1 end']

  test.each<[string, (channel: ServerChannel, nonce: string) => void, object]>([
    ['the truth', (channel, nonce) => say(channel, nonce, ok) && end(channel, 0), { kind: 'host-succeeded' }],
    ['success, but exits 1', (channel, nonce) => say(channel, nonce, ok) && end(channel, 1), { kind: 'host-failed' }],
    [
      'success, and ends without a status',
      (channel, nonce) => say(channel, nonce, ok) && end(channel),
      { kind: 'host-unknown' },
    ],
    [
      'success, of another release',
      (channel, nonce) => say(channel, nonce, ['hello', 'result ok - 0 r2 end']) && end(channel, 0),
      { kind: 'host-failed' },
    ],
    [
      'success, with half a result',
      (channel, nonce) => say(channel, nonce, ['hello', 'result ok - 0 r1']) && end(channel, 0),
      { kind: 'host-unknown' },
    ],
    [
      'success, with another nonce',
      (channel) => say(channel, 'abc', ok) && end(channel, 0),
      { kind: 'host-unreachable' },
    ],
    [
      'success on stdout',
      (channel, nonce) => channel.write(ok.map((line) => `houston-${nonce} ${line}\n`).join('')) && end(channel, 0),
      { kind: 'host-unreachable' },
    ],
    ['nothing, and exits 0', (channel) => end(channel, 0), { kind: 'host-unreachable' }],
  ])('%s', async (_, told, expected) => {
    lie = told
    expect(await run()).toMatchObject(expected)
  })

  test('is asked again only a few times', async () => {
    execs = 0
    lie = (channel, nonce) => {
      say(channel, nonce, ['hello', 'begun'])
      end(channel)
    }
    expect(await run()).toMatchObject({ kind: 'host-unknown' })
    expect(execs).toBe(2)
  })
})

function end(channel: ServerChannel, code?: number) {
  if (code !== undefined) channel.exit(code)
  channel.end()
}
