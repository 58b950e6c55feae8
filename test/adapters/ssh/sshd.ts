// A real OpenSSH server on loopback for tests of the SSH adapter, with its own keys and a directory for the hosts' files.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { Host } from '../../../src/core/fleet.ts'

const SSHD = '/usr/sbin/sshd'

/** Why tests with a real server are skipped; `undefined` when they run. With HOUSTON_TEST_NO_SKIP=1 they run, and fail. */
export const sshdMissing =
  existsSync(SSHD) || process.env.HOUSTON_TEST_NO_SKIP === '1' ? undefined : `skipped: ${SSHD} is not installed`

export type Sshd = {
  root: string
  port: number
  pid: number
  /** Public host key, "ssh-ed25519 AAAA…". */
  hostKey: string
  /** A known_hosts line for every loopback address at this port. */
  knownHosts: string
  pem: string
  host(name: string, more?: Partial<Host>): Host
  stop(): void
}

export async function startSshd(extra = ''): Promise<Sshd> {
  const root = mkdtempSync(join(tmpdir(), 'houston-sshd-'))
  for (const name of ['host_key', 'user_key'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(root, name)])
  const publicKey = (name: string) => readFileSync(join(root, `${name}.pub`), 'utf8').trim()
  writeFileSync(join(root, 'authorized_keys'), `${publicKey('user_key')}\n`)
  const port = await freePort()
  writeFileSync(join(root, 'config'), config(root, port, extra))
  execFileSync('mkdir', ['-p', '/run/sshd'])
  const child = spawn(SSHD, ['-D', '-e', '-f', join(root, 'config')], { stdio: 'ignore' })
  await listening(child, port)
  return {
    root,
    port,
    pid: child.pid ?? 0,
    hostKey: publicKey('host_key'),
    knownHosts: `[127.*]:${port} ${publicKey('host_key')}\n`,
    pem: readFileSync(join(root, 'user_key'), 'utf8'),
    host: (name, more) => ({
      ...{ name, address: '127.0.0.1', port, user: userInfo().username, identity: 'test', jumps: [] },
      ...more,
    }),
    stop() {
      child.kill()
      // A recipe that nobody listens to may write its last line just now.
      rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    },
  }
}

function config(root: string, port: number, extra: string): string {
  return `${extra}
ListenAddress 0.0.0.0:${port}
HostKey ${root}/host_key
AuthorizedKeysFile ${root}/authorized_keys
PidFile none
StrictModes no
UsePAM no
UseDNS no
PasswordAuthentication no
KbdInteractiveAuthentication no
MaxStartups 1000
MaxSessions 100
PrintMotd no
`
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

function listening(child: ChildProcess, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`sshd ended with ${code}`)))
    const look = () => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve()
      })
      socket.once('error', () => setTimeout(look, 20))
    }
    look()
  })
}
