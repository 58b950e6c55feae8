// A bare login on a test's server with the adapter's own dialler, for tests of what goes over the wire.

import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import { createDialler } from '../../../src/adapters/ssh/dial.ts'
import { createHostKeys } from '../../../src/adapters/ssh/host-key.ts'
import { createIdentities } from '../../../src/adapters/ssh/identity.ts'
import { withDefaults } from '../../../src/adapters/ssh/settings.ts'
import type { Sshd } from './sshd.ts'

export function login(sshd: Sshd, through?: Duplex): Promise<Client> {
  const { knownHosts, pem, root } = sshd
  const settings = withDefaults({ knownHosts: [knownHosts], identities: { test: { kind: 'key', pem } } }, root)
  const dial = createDialler(settings, createHostKeys(settings.knownHosts), createIdentities(settings.identities))
  return dial(sshd.host('any'), through)
}

/** Resolves when the command's channel is closed. */
export function run(client: Client, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) return reject(error)
      channel.once('close', () => resolve()).resume()
    })
  })
}
