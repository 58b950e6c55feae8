// From patterns to a fleet: expands the hosts of an environment, lets the inner `ssh` win over the outer, and finds hosts that are
// there twice. Nothing is resolved or dialled.

import type { Fleet, Host, Jump } from '../core/fleet.ts'
import { type Endpoint, hostNameProblem } from './address.ts'
import type { Flaw } from './fault.ts'
import { show } from './printable.ts'
import { expandPattern } from './ranges.ts'
import { DEFAULT_SSH, type SshPart } from './schema/ssh.ts'
import type { HostPart, ZonePart } from './schema/zone.ts'

export type FleetPart = {
  /** From the outside in; a zone's own `ssh` comes after them. */
  ssh: readonly SshPart[]
  zones: Readonly<Record<string, ZonePart>>
  /** true: a host's name becomes a part of its directory. */
  namesDirectory?: boolean
}

/** Paths of the flaws begin at the environment. */
export function buildFleet({ ssh, zones, namesDirectory = false }: FleetPart): { fleet: Fleet; flaws: Flaw[] } {
  const seen: Seen = new Map()
  const flaws: Flaw[] = []
  const built = Object.entries(zones).map(([name, zone]) => {
    const login = Object.assign({}, DEFAULT_SSH, ...ssh, zone.ssh)
    const hosts = zone.hosts.flatMap((part, index) => {
      const found = expandHosts(part, login).map((host) =>
        zone.runner === undefined ? host : { ...host, runner: zone.runner },
      )
      const flaw = hostFlaw(part, found, { seen, zone: name, namesDirectory })
      if (flaw !== undefined) flaws.push({ path: ['zones', name, ...zone.at, index], ...flaw })
      return found
    })
    return { name, hosts }
  })
  return { fleet: { zones: built }, flaws }
}

/** How many hosts the patterns yield, without expanding them. */
export function countHosts({ zones }: FleetPart): number {
  return Object.values(zones).reduce(
    (sum, zone) => sum + zone.hosts.reduce((part, { pattern }) => part + pattern.count, 0),
    0,
  )
}

type Login = { user: string; port: number; identity: string; jump?: readonly Endpoint[] }

function expandHosts(part: HostPart, login: Login): Host[] {
  const jumps = (login.jump ?? []).map((jump) => toJump(jump, login))
  const port = part.port ?? part.pattern.port ?? login.port
  const user = part.user ?? part.pattern.user ?? login.user
  return expandPattern(part.pattern).map((host) => {
    return {
      name: nameOf(host, part.pattern.port),
      address: part.address ?? host,
      port,
      user,
      identity: login.identity,
      jumps,
    }
  })
}

function toJump({ host, port, user }: Endpoint, login: Login): Jump {
  return { address: host, port: port ?? DEFAULT_SSH.port, user: user ?? login.user, identity: login.identity }
}

/** A written port is part of the name: several servers may share an address. */
function nameOf(host: string, port: number | undefined): string {
  if (port === undefined) return host
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Names and endpoints that are taken, with the zone that has them. */
type Seen = Map<string, string>

function hostFlaw(
  part: HostPart,
  hosts: readonly Host[],
  at: { seen: Seen; zone: string; namesDirectory: boolean },
): Omit<Flaw, 'path'> | undefined {
  const [first] = hosts
  if (first === undefined) return { message: `${show(part.pattern.text)} yields no host` }
  if (part.address !== undefined && hosts.length > 1) {
    return { message: `${hosts.length} hosts cannot share one address`, write: 'one entry for each host' }
  }
  const problem = hosts.map(({ address }) => hostNameProblem(address)).find((found) => found !== undefined)
  if (problem !== undefined) return { message: problem }
  const unfit = at.namesDirectory ? hosts.find(({ name }) => !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) : undefined
  if (unfit !== undefined) {
    const message = `${unfit.name} cannot be a directory's name, and release.directory has {{host}}`
    return {
      message,
      write: `{ name: ${unfit.address.replaceAll(/[^A-Za-z0-9.-]+/g, '-')}-${unfit.port}, address: …, port: ${unfit.port} }`,
    }
  }
  return twiceFlaw(hosts, at)
}

function twiceFlaw(
  hosts: readonly Host[],
  { seen, zone }: { seen: Seen; zone: string },
): Omit<Flaw, 'path'> | undefined {
  const twice: { name: string; other: string }[] = []
  for (const host of hosts) {
    const keys = [
      `name ${host.name.toLowerCase()}`,
      `endpoint ${JSON.stringify([host.address.toLowerCase(), host.port, host.jumps])}`,
    ]
    const other = keys.map((key) => seen.get(key)).find((found) => found !== undefined)
    if (other !== undefined) twice.push({ name: host.name, other })
    for (const key of keys) if (!seen.has(key)) seen.set(key, zone)
  }
  const [first] = twice
  if (first === undefined) return undefined
  const more = twice.length > 1 ? ` (and ${twice.length - 1} more)` : ''
  const where = first.other === zone ? 'is in this zone already' : `is in zone ${first.other} too`
  return { message: `${first.name}${more} ${where}: a host belongs to one zone, once`, write: 'each host once' }
}
