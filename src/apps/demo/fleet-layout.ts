// Where each host of a fleet lives: its loopback address, its ports and its directory. It opens nothing but short-lived
// listeners, to see which ports are free.

import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'

/** A host as it is asked for; what is absent is chosen. */
export type WantedHost = { name: string; address?: string | undefined; port?: number | undefined }

export type FleetHost = {
  name: string
  address: string
  /** Of its SSH server. */
  port: number
  user: string
  /** The host's own: everything that runs on it keeps its files here. */
  directory: string
  /** A free port for the application; one value for the whole fleet where every host has its own address. */
  webPort: number
}

// Below the ports that Linux and macOS give to outgoing connections, so that none of these is taken in passing.
const FIRST_PORT = 20_000
const PORTS = 12_000

/** Gives every host an address, free ports and a directory under `root`. */
export async function layOut(wanted: readonly WantedHost[], root: string): Promise<FleetHost[]> {
  const manyAddresses = await isFree('127.0.1.1', 0)
  const addresses = wanted.map((host, index) => host.address ?? (manyAddresses ? loopback(index) : '127.0.0.1'))
  const [sshPorts, webPorts] = [await freePorts(addresses, new Set()), await freePorts(addresses, new Set())]
  const user = userInfo().username
  return wanted.map((host, index) => ({
    name: host.name,
    address: addresses[index] ?? '127.0.0.1',
    port: host.port ?? sshPorts[index] ?? 0,
    user,
    directory: join(root, host.name),
    webPort: webPorts[index] ?? 0,
  }))
}

/** 127.0.1.1, 127.0.1.2, … with 250 addresses in each third octet. */
export function loopback(index: number): string {
  const block = Math.floor(index / 250)
  return `127.${Math.floor(block / 250)}.${1 + (block % 250)}.${1 + (index % 250)}`
}

// One port for all when no address occurs twice; otherwise a port for each host.
async function freePorts(addresses: readonly string[], taken: Set<number>): Promise<number[]> {
  if (new Set(addresses).size === addresses.length) {
    const port = await freePort(addresses, taken)
    return addresses.map(() => port)
  }
  const ports: number[] = []
  for (const address of addresses) {
    const port = await freePort([address], taken)
    taken.add(port)
    ports.push(port)
  }
  return ports
}

async function freePort(addresses: readonly string[], taken: ReadonlySet<number>): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS)
    if (taken.has(port)) continue
    const free = await Promise.all(addresses.map((address) => isFree(address, port)))
    if (free.every(Boolean)) return port
  }
  throw new Error(`no port between ${FIRST_PORT} and ${FIRST_PORT + PORTS} is free on ${addresses.join(', ')}`)
}

function isFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, address, () => server.close(() => resolve(true)))
  })
}
