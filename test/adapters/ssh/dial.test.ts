// Connections that must not come about, and those that come about the long way.

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDialler } from '../../../src/adapters/ssh/dial.ts'
import { createIdentities } from '../../../src/adapters/ssh/identity.ts'
import { createSshRemote } from '../../../src/adapters/ssh/remote.ts'
import { type SshSettings, withDefaults } from '../../../src/adapters/ssh/settings.ts'
import type { Host } from '../../../src/core/fleet.ts'
import { makePlace, type Place } from './place.ts'
import { startProxy } from './proxy.ts'
import { begin, workOf } from './rollout.ts'
import { sshdMissing, startSshd } from './sshd.ts'

describe.skipIf(sshdMissing)(`a connection ${sshdMissing ?? ''}`, () => {
  let place: Place
  beforeAll(async () => {
    place = await makePlace()
  })
  afterAll(() => place.stop())

  async function outcome(host: Host, more: Partial<SshSettings> = {}) {
    const remote = createSshRemote({ ...place.settings, ...more })
    const report = await begin(remote, workOf({ hosts: [host], directory: place.directory })).ended()
    await remote.close()
    return report
  }
  const unreachable = (signature: string) => ({ kind: 'host-unreachable', signature })

  test('refuses an unknown host key before it authenticates, and says what to add', async () => {
    const report = await outcome(place.fresh(), { knownHosts: [] })
    expect(report).toMatchObject(unreachable('host key is not known'))
    expect(report.log?.head).toContain(`[127.0.0.1]:${place.sshd.port} ${place.sshd.hostKey}`)
    const [reading] = await createSshRemote({ ...place.settings, knownHosts: [] }).probe([place.fresh()], '/srv')
    expect(reading).toMatchObject({ kind: 'unreachable', signature: expect.stringContaining('SHA256:') })
  })

  test('refuses a changed and a revoked one, accepts a hashed one', async () => {
    const file = `${place.sshd.root}/known`
    writeFileSync(file, place.sshd.knownHosts.replace('127.*', '127.0.0.1'))
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' })
    const hashed = readFileSync(file, 'utf8')
    expect(hashed).toMatch(/^\|1\|/)
    expect((await outcome(place.fresh(), { knownHosts: [hashed] })).kind).toBe('host-succeeded')
    const changed = place.sshd.knownHosts.replace(place.sshd.hostKey, place.sshd.hostKey.replace(/.{8}$/, 'AAAAAAAA'))
    expect(await outcome(place.fresh(), { knownHosts: [changed] })).toMatchObject(unreachable('host key has changed'))
    const revoked = `${place.sshd.knownHosts}@revoked * ${place.sshd.hostKey}\n`
    expect(await outcome(place.fresh(), { knownHosts: [revoked] })).toMatchObject(unreachable('host key is revoked'))
  })

  test('is refused when the check itself fails: a verifier that throws lets nobody in', async () => {
    const keys = {
      algorithms: () => ['ssh-ed25519' as const],
      verify: () => {
        throw new Error('broken')
      },
    }
    const dial = createDialler(withDefaults(place.settings, '/tmp'), keys, createIdentities(place.settings.identities))
    await expect(dial(place.fresh())).rejects.toMatchObject({ signature: 'host key could not be checked' })
  })

  test('with a wrong key is refused, with words for a person', async () => {
    const stranger = await startSshd()
    stranger.stop()
    const report = await outcome(place.fresh(), { identities: { test: { kind: 'key', pem: stranger.pem } } })
    expect(report).toMatchObject(unreachable('authentication refused'))
  })

  test('with an identity that nobody has is unreachable, not a crash', async () => {
    const report = await outcome(place.fresh({ identity: 'nobody' }))
    expect(report).toMatchObject(unreachable('no usable key for identity "nobody" here: see houston doctor'))
  })

  test('takes keys with a passphrase, and keys from an agent', async () => {
    const { root, pem } = place.sshd
    const file = `${root}/locked_key`
    writeFileSync(file, pem, { mode: 0o600 })
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open sesame', '-f', file])
    const locked = { kind: 'key', pem: readFileSync(file, 'utf8'), passphrase: 'open sesame' } as const
    expect((await outcome(place.fresh(), { identities: { test: locked } })).kind).toBe('host-succeeded')
    expect(() => createSshRemote({ ...place.settings, identities: { test: { ...locked, passphrase: 'x' } } })).toThrow()
    const socket = `${root}/agent`
    const agent = /SSH_AGENT_PID=(\d+)/.exec(execFileSync('ssh-agent', ['-a', socket]).toString())?.[1]
    try {
      execFileSync('ssh-add', ['-q', `${root}/user_key`], {
        env: { ...process.env, SSH_AUTH_SOCK: socket },
        stdio: 'ignore',
      })
      expect((await outcome(place.fresh(), { identities: { test: { kind: 'agent', socket } } })).kind).toBe(
        'host-succeeded',
      )
    } finally {
      process.kill(Number(agent))
    }
  })

  test('goes through jump hosts, each of them checked and shared', async () => {
    const jump = await startSshd()
    const front = await startProxy(jump.port)
    const via = { address: '127.0.0.1', port: front.port, user: jump.host('x').user, identity: 'jump' }
    const hosts = [1, 2, 3].map(() => place.fresh({ jumps: [via] }))
    const settings = {
      ...place.settings,
      identities: { ...place.settings.identities, jump: { kind: 'key', pem: jump.pem } as const },
      knownHosts: [place.sshd.knownHosts, `[127.0.0.1]:${front.port} ${jump.hostKey}\n`],
    }
    const remote = createSshRemote(settings)
    const running = begin(remote, workOf({ hosts, directory: place.directory }))
    for (const [index] of hosts.entries()) expect((await running.ended(index)).kind).toBe('host-succeeded')
    expect(front.count()).toBe(1)
    const [host] = hosts
    if (!host) throw new Error('no host')
    const strict = await outcome(host, { ...settings, knownHosts: [place.sshd.knownHosts] })
    expect(strict).toMatchObject(unreachable('jump host: host key is not known'))
    await remote.close()
    front.close()
    jump.stop()
  })

  test('that finds no way to a host behind its jump is unreachable', async () => {
    const via = { address: '127.0.0.1', port: place.sshd.port, user: place.fresh().user, identity: 'test' }
    expect(await outcome(place.fresh({ port: 1, jumps: [via] }))).toMatchObject(
      unreachable('the jump host could not reach it'),
    )
  })

  test('to a login that is not a shell begins nothing', async () => {
    const strange = await startSshd('ForceCommand echo "This account is currently not available."; exit 1')
    const settings = {
      identities: { test: { kind: 'key', pem: strange.pem } as const },
      knownHosts: [strange.knownHosts],
    }
    expect(await outcome(strange.host('h'), settings)).toMatchObject(
      unreachable('its shell exited 1: `This account is currently not available.`'),
    )
    strange.stop()
  })

  describe('to something that does not talk', () => {
    const sockets = new Set<Socket>()
    const servers: Server[] = []
    const mute = (talk: (socket: Socket) => void) =>
      new Promise<Host>((resolve) => {
        const server = createServer((socket) => {
          sockets.add(socket)
          socket.on('error', () => {})
          talk(socket)
        }).listen(0, '127.0.0.1', () => resolve(place.fresh({ port: (server.address() as AddressInfo).port })))
        servers.push(server)
      })
    afterAll(() => {
      for (const socket of sockets) socket.destroy()
      for (const server of servers) server.close()
    })
    const deadlines = { dialMs: 300, loginMs: 300 }

    test.each<[string, (socket: Socket) => void, string]>([
      ['no banner', () => {}, 'no SSH banner in time'],
      ['a banner that drips', (socket) => drip(socket, 'SSH-2.0-slow\r\n'.repeat(20)), 'no SSH banner in time'],
      ['greetings without end', (socket) => drip(socket, 'hello\r\n'.repeat(200)), 'no SSH banner in time'],
      ['a banner and then nothing', (socket) => socket.write('SSH-2.0-mute\r\n'), 'login took too long'],
    ])('%s', async (_, talk, signature) => {
      expect(await outcome(await mute(talk), { deadlines })).toMatchObject(unreachable(signature))
    })

    test('a black hole: SYNs are dropped, as by a firewall', async () => {
      const { port, stop } = await blackHole()
      const host = place.fresh({ port })
      expect(await outcome(host, { deadlines })).toMatchObject(unreachable('no SSH banner in time'))
      stop()
    })

    test('a closed port, a name that does not exist', async () => {
      expect(await outcome(place.fresh({ address: '127.0.0.1', port: 1 }))).toMatchObject(
        unreachable('connection refused'),
      )
      expect(await outcome(place.fresh({ address: 'no-such-host.invalid' }))).toMatchObject({
        kind: 'host-unreachable',
      })
    })

    test('a server that is too busy is tried a few times, not for ever', async () => {
      let dials = 0
      const host = await mute((socket) => {
        dials += 1
        socket.resetAndDestroy()
      })
      expect((await outcome(host)).kind).toBe('host-unreachable')
      expect(dials).toBe(4)
    })
  })
})

/** A listener whose queue is full and that stands still. */
async function blackHole(): Promise<{ port: number; stop(): void }> {
  const code =
    "const s = require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(s.address().port))"
  const child = spawn(process.execPath, ['-e', code])
  const [line] = await once(child.stdout, 'data')
  child.kill('SIGSTOP')
  const port = Number(String(line))
  const fillers = [1, 2, 3, 4].map(() => connect(port, '127.0.0.1').on('error', () => {}))
  await Promise.all(fillers.slice(0, 2).map((socket) => once(socket, 'connect')))
  return {
    port,
    stop() {
      for (const socket of fillers) socket.destroy()
      child.kill('SIGKILL')
    },
  }
}

function drip(socket: Socket, text: string) {
  const timer = setInterval(() => {
    if (socket.destroyed || text === '') return clearInterval(timer)
    socket.write(text.slice(0, 1))
    text = text.slice(1)
  }, 25)
}
