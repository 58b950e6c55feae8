// The text of an sshd_config for hosts of a fleet. It opens nothing but key login for the current user on loopback.

import { join } from 'node:path'
import type { DaemonSettings } from './fleet-daemon.ts'
import { hostEnvironment } from './fleet-environment.ts'
import type { FleetHost } from './fleet-layout.ts'

/** @param version of OpenSSH, as a number: 9.2 */
export function sshdConfig({ root, directory, hosts }: DaemonSettings, version: number): string {
  const lines = [
    ...hosts.map((host) => `ListenAddress ${host.address}:${host.port}`),
    `HostKey ${quote(join(directory, 'host_key'))}`,
    `AuthorizedKeysFile ${quote(join(directory, 'authorized_keys'))}`,
    `AllowUsers ${[...new Set(hosts.map((host) => host.user))].join(' ')}`,
    'PidFile none',
    'UsePAM no',
    'UseDNS no',
    // The fleet's root may lie below a folder that others can write to, such as /tmp.
    'StrictModes no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'PermitUserRC no',
    'X11Forwarding no',
    'AllowAgentForwarding no',
    'AllowTcpForwarding local',
    'PrintMotd no',
    'PrintLastLog no',
    'MaxStartups 1000:1:2000',
    'MaxSessions 100',
    // Without it a script that leaves many failed connections behind would lock the whole machine's loopback out.
    ...(version >= 9.8 ? ['PerSourcePenalties no'] : []),
    ...hosts.flatMap((host) => environmentOf(host, root)),
  ]
  return `${lines.join('\n')}\n`
}

// Only the first SetEnv counts, so all variables stand in one line; a Match block lasts until the next.
function environmentOf(host: FleetHost, root: string): string[] {
  const pairs = Object.entries(hostEnvironment(host, root)).map(([name, value]) => quote(`${name}=${value}`))
  return [`Match LocalAddress ${host.address} LocalPort ${host.port}`, `  SetEnv ${pairs.join(' ')}`]
}

function quote(value: string): string {
  if (/["\\\n]/.test(value)) throw new Error(`sshd_config cannot hold this value: ${JSON.stringify(value)}`)
  return `"${value}"`
}
