// An SSH server that lets anybody in and leaves each exec to a test, and a remote that trusts it.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type ServerChannel } from 'ssh2'
import { createSshRemote } from '../../../src/adapters/ssh/remote.ts'
import type { Host } from '../../../src/core/fleet.ts'
import type { Remote } from '../../../src/engine/ports.ts'

export type ExecServer = { host: Host; remote: Remote; stop(): Promise<void> }

export async function startExecServer(onExec: (channel: ServerChannel, command: string) => void): Promise<ExecServer> {
  const keys = mkdtempSync(join(tmpdir(), 'houston-exec-'))
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', `${keys}/key`])
  const pem = readFileSync(`${keys}/key`, 'utf8')
  const server = new ssh2.Server({ hostKeys: [pem] }, (client) => {
    client.on('error', () => {})
    client.on('authentication', (attempt) => attempt.accept())
    client.on('session', (accept) =>
      accept().on('exec', (acceptExec, _reject, { command }) => onExec(acceptExec(), command)),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const knownHosts = [`[127.0.0.1]:${port} ${readFileSync(`${keys}/key.pub`, 'utf8')}`]
  const identities = { test: { kind: 'key', pem } } as const
  const remote = createSshRemote({ knownHosts, identities, deadlines: { attachMs: 300 } })
  return {
    host: { name: 'odd', address: '127.0.0.1', port, user: 'x', identity: 'test', jumps: [] },
    remote,
    async stop() {
      await remote.close()
      server.close()
      rmSync(keys, { recursive: true, force: true })
    },
  }
}
