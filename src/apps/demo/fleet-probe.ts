// Logs in to one host of a fleet and runs a command there, to see that the kind of server works on this machine.

import ssh2 from 'ssh2'
import type { FleetHost } from './fleet-layout.ts'

const DEADLINE_MS = 10_000

/** Resolves when a command's own exit code came back; rejects with what went wrong. */
export function probe(host: FleetHost, identity: { privateText: string; hostKeyLine: string }): Promise<void> {
  const client = new ssh2.Client()
  return new Promise<void>((resolve, reject) => {
    client.once('error', reject)
    client.once('close', () => reject(new Error('the connection was closed')))
    client.once('ready', () =>
      client.exec('exit 7', (error, channel) => {
        if (error) return reject(error)
        channel.once('exit', (code) => (code === 7 ? resolve() : reject(new Error(`exit code ${code}, not 7`))))
        channel.resume()
      }),
    )
    client.connect({
      host: host.address,
      port: host.port,
      username: host.user,
      privateKey: identity.privateText,
      readyTimeout: DEADLINE_MS,
      hostVerifier: (key: Buffer) => identity.hostKeyLine.endsWith(` ${key.toString('base64')}`),
    })
    client.setNoDelay(true)
  }).finally(() => client.end())
}
