// Logs in to a fleet's host and runs commands there, with ssh2's client. For tests of the fleet itself.

import ssh2 from 'ssh2'
import type { Fleet } from '../../../src/apps/demo/fleet.ts'

export type Outcome = { code: number | undefined; signal: string | undefined; stdout: string; stderr: string }

export function hostOf(fleet: Fleet, name: string): Fleet['hosts'][number] {
  const host = fleet.hosts.find((one) => one.name === name)
  if (!host) throw new Error(`no host ${name}`)
  return host
}

export function login(fleet: Fleet, name: string, privateKey: string = fleet.identity.text): Promise<ssh2.Client> {
  const { address, port, user } = hostOf(fleet, name)
  const client = new ssh2.Client()
  return new Promise((resolve, reject) => {
    client.once('ready', () => resolve(client)).on('error', reject)
    client.connect({
      host: address,
      port,
      username: user,
      privateKey,
      hostVerifier: (key: Buffer) =>
        fleet.knownHosts.text.includes(`[${address}]:${port} ssh-ed25519 ${key.toString('base64')}\n`),
    })
    client.setNoDelay(true)
  })
}

export function open(client: ssh2.Client, command: string): Promise<ssh2.ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => (error ? reject(error) : resolve(channel)))
  })
}

/** Sends `input` and then the end of input. */
export function run(client: ssh2.Client, command: string, input = ''): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    // Listened to at once: a short command's exit may arrive in the same packet as the answer to the request.
    client.exec(command, (error, channel) => (error ? reject(error) : resolve(outcomeOf(channel, input))))
  })
}

function outcomeOf(channel: ssh2.ClientChannel, input: string): Promise<Outcome> {
  const outcome: Outcome = { code: undefined, signal: undefined, stdout: '', stderr: '' }
  channel.on('data', (chunk: Buffer) => {
    outcome.stdout += chunk
  })
  channel.stderr.on('data', (chunk: Buffer) => {
    outcome.stderr += chunk
  })
  channel.on('exit', (code: number | null, signal?: string) => {
    outcome.code = code ?? undefined
    outcome.signal = signal
  })
  return new Promise((resolve) => {
    channel.once('close', () => resolve(outcome))
    channel.end(input)
  })
}
