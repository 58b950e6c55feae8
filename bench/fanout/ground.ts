// The hosts that the rivals deploy to, and the check that each host really got a release: from files, or from the light
// server's count.

import { mkdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { startFleet } from '../../src/apps/demo/fleet.ts'
import { makeKey } from '../../src/apps/demo/fleet-key.ts'
import { loopback } from '../../src/apps/demo/fleet-layout.ts'
import { type LightServer, startLightServer } from '../light-server.ts'
import { makeScratch, removeScratch } from '../scratch.ts'
import type { Job } from './job.ts'

export type Ground = Pick<Job, 'hosts' | 'identityFile' | 'knownHostsFile' | 'hostKeyLine' | 'root'> & {
  server: 'openssh' | 'ssh2' | 'light'
  /** Before a run: what the last one left must not count. */
  prepare(folder: string): Promise<void>
  /** How many hosts have what the job was to bring. */
  verified(job: Job): Promise<number>
  close(): Promise<void>
}

export type LightGround = Ground & Pick<LightServer, 'begun' | 'served'>

export function openGround(hosts: number, server: 'openssh' | 'ssh2' | 'light'): Promise<Ground> {
  return server === 'light' ? lightGround(hosts) : fleetGround(hosts, server)
}

async function fleetGround(count: number, kind: 'openssh' | 'ssh2'): Promise<Ground> {
  const fleet = await startFleet({ hosts: names(count), kind, daemons: 'shared' })
  const hosts = fleet.hosts.map(({ name, address, port, user }) => ({ name, address, port, user }))
  const [, type, base64] = fleet.knownHosts.text.split('\n')[0]?.split(' ') ?? []
  return {
    hosts,
    root: fleet.root,
    server: kind,
    identityFile: fleet.identity.file,
    knownHostsFile: fleet.knownHosts.file,
    hostKeyLine: `${type} ${base64}`,
    prepare: async (folder) => {
      await Promise.all(fleet.hosts.map(({ directory }) => mkdir(join(directory, folder), { recursive: true })))
    },
    verified: async (job) => {
      const found = await Promise.all(fleet.hosts.map(({ directory }) => hasRelease(join(directory, job.folder), job)))
      return found.filter(Boolean).length
    },
    close: () => fleet.stop(),
  }
}

async function hasRelease(directory: string, { release }: Job): Promise<boolean> {
  try {
    const link = await readlink(join(directory, 'current'))
    const file = await readFile(join(directory, 'current', 'release.txt'), 'utf8')
    const started = await readFile(join(directory, 'started'), 'utf8')
    return link === `releases/${release}` && file === `${release}\n` && started === `${release}\n`
  } catch {
    return false
  }
}

export async function lightGround(count: number): Promise<LightGround> {
  const root = await makeScratch()
  const [hostKey, clientKey] = [makeKey(), makeKey()]
  const user = userInfo().username
  const addresses = names(count).map((_, index) => loopback(index))
  const keys = { hostKey: hostKey.privateText, clientKey: clientKey.publicLine }
  const server = await startLightServer({ addresses, ...keys, user })
  const { port } = server
  const hosts = names(count).map(({ name }, index) => ({ name, address: addresses[index] ?? '', port, user }))
  const [identityFile, knownHostsFile] = [join(root, 'identity'), join(root, 'known_hosts')]
  await writeFile(identityFile, clientKey.privateText, { mode: 0o600 })
  await writeFile(knownHostsFile, addresses.map((one) => `[${one}]:${port} ${hostKey.publicLine}\n`).join(''))
  return {
    ...{ hosts, root, identityFile, knownHostsFile, hostKeyLine: hostKey.publicLine, server: 'light' },
    prepare: async () => void (await server.served()),
    verified: () => server.served(),
    begun: server.begun,
    served: server.served,
    close: async () => {
      await server.stop()
      removeScratch(root)
    },
  }
}

function names(count: number): { name: string }[] {
  return Array.from({ length: count }, (_, index) => ({ name: `host${index + 1}` }))
}
