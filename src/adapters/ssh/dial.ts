// One SSH connection: TCP, banner, key exchange, host key, authentication, each with a deadline of ours. It runs nothing there.

import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import ssh2, { type Client } from 'ssh2'
import { DialError, explain } from './dial-error.ts'
import type { HostKeys } from './host-key.ts'
import type { Identities } from './identity.ts'
import { ignoreOffers } from './ignore-offers.ts'
import { joinWrites } from './join-writes.ts'
import { useKeyObjects } from './key-objects.ts'
import type { FullSettings } from './settings.ts'
import { signAtOnce } from './sign-at-once.ts'

export type Address = { address: string; port: number; user: string; identity: string }

/**
 * AES-GCM only: it is the fastest here, and Terrapin does not touch it. Nothing with SHA-1. P-256 first: OpenSSH calculates
 * Curve25519 in portable C, and spends a millisecond more on it.
 */
const ALGORITHMS: ssh2.Algorithms = {
  kex: [
    'ecdh-sha2-nistp256',
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp384',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group14-sha256',
  ],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com'],
  compress: ['none'],
}

export type Dialler = (to: Address, through?: Duplex) => Promise<Client>

export function createDialler(settings: FullSettings, hostKeys: HostKeys, identities: Identities): Dialler {
  return (to, through) =>
    new Promise((resolve, reject) => dial({ settings, hostKeys, identities, to, through }, resolve, reject))
}

type Dial = {
  settings: FullSettings
  hostKeys: HostKeys
  identities: Identities
  to: Address
  through: Duplex | undefined
}

function dial(plan: Dial, resolve: (client: Client) => void, reject: (error: DialError) => void) {
  const { to, settings } = plan
  const client = new ssh2.Client()
  const socket = plan.through ?? connect({ host: to.address, port: to.port, noDelay: true })
  joinWrites(socket)
  useKeyObjects(client)
  let refusal: DialError | undefined
  let banner = false
  let timer = setTimeout(() => fail(new DialError('no SSH banner in time')), settings.deadlines.dialMs)

  function fail(error: DialError) {
    clearTimeout(timer)
    reject(refusal ?? error)
    client.destroy()
    socket.destroy()
  }
  function greeted() {
    banner = true
    clearTimeout(timer)
    timer = setTimeout(() => fail(new DialError('login took too long')), settings.deadlines.loginMs)
  }
  function verify(key: Buffer): boolean {
    refusal = refusalOf(plan, key)
    return refusal === undefined
  }

  client.on('error', (error) => fail(explain(error, banner, to)))
  client.on('close', () => fail(new DialError('connection closed during login', { again: !banner })))
  client.once('ready', () => {
    clearTimeout(timer)
    client.removeAllListeners('error').removeAllListeners('close')
    // Every later error is followed by `close`, which whoever works with the connection listens to.
    client.on('error', () => {})
    resolve(client)
  })
  try {
    const method = plan.identities(to.identity, to.user)
    client.connect(config(plan, { sock: socket, authHandler: [method], hostVerifier: verify }))
    signAtOnce(client, method)
    ignoreOffers(client)
  } catch (error) {
    fail(explain(error, banner, to))
  }
  whenGreeted(socket, greeted)
}

type Own = { sock: Duplex; authHandler: ssh2.AnyAuthMethod[]; hostVerifier: (key: Buffer) => boolean }

function config({ to, settings, hostKeys }: Dial, own: Own): ssh2.ConnectConfig {
  return {
    ...own,
    username: to.user,
    readyTimeout: 0,
    keepaliveInterval: settings.keepalive.intervalMs,
    keepaliveCountMax: settings.keepalive.count,
    algorithms: { ...ALGORITHMS, serverHostKey: hostKeys.algorithms(to.address, to.port) },
  }
}

/** ssh2 takes everything but a literal `false` for a yes, so nothing but our own `trusted` becomes `true`. */
function refusalOf({ to, hostKeys }: Dial, key: Buffer): DialError | undefined {
  try {
    const verdict = hostKeys.verify(to.address, to.port, key)
    if (verdict.kind === 'trusted') return undefined
    return new DialError(verdict.signature, { explanation: verdict.explanation })
  } catch (cause) {
    return new DialError('host key could not be checked', { cause })
  }
}

/** The server's own line, not just its first byte: one that drips is held to the same deadline. */
function whenGreeted(socket: Duplex, greeted: () => void) {
  let seen = ''
  const look = (data: Buffer) => {
    seen = (seen + data.subarray(0, 8_192).toString('latin1')).slice(-8_192)
    if (!/(^|\n)SSH-[^\n]*\n/.test(seen)) return
    socket.off('data', look)
    greeted()
  }
  socket.on('data', look)
}
