// A zone: a failure domain and the hosts in it, in the short form (a list) or the long one.

import { z } from 'zod'
import { hostNameProblem } from '../address.ts'
import { ok, type Parsed, type Path, wrong } from '../fault.ts'
import { type Pattern, parsePattern } from '../ranges.ts'
import { optional, parsed, required } from './key.ts'
import { parseRunnerName } from './name.ts'
import { portSchema, type SshPart, sshSchema, userSchema } from './ssh.ts'

export type HostPart = { pattern: Pattern; address?: string; port?: number; user?: string }

/** `at`: where the list of hosts stands inside the zone. */
export type ZonePart = { hosts: HostPart[]; at: Path; runner?: string; ssh?: SshPart }

const EXAMPLE = 'web[01-40].use1a.acme.dev'

const address = parsed(z.string(), (text): Parsed<string> => {
  const bare = text.replace(/^\[(.*)\]$/, '$1')
  const problem = hostNameProblem(bare)
  return problem === undefined ? ok(bare) : wrong(problem, 'a host name or an IP address, without a port')
})

const longHost = z.strictObject({
  name: required(parsed(z.string(), parsePattern), {
    description: 'Name of the host, or a pattern.',
    example: 'web01',
  }),
  address: optional(address, {
    description: 'What to dial, when it is not the name. Only for a name that is one host.',
    example: '10.0.4.17',
  }),
  port: optional(portSchema, { description: 'Port of its SSH server.', example: 2222 }),
  user: optional(userSchema, { description: 'Login on it.', example: 'deploy' }),
})

const host = z
  .union([parsed(z.string(), parsePattern).transform((pattern): HostPart => ({ pattern })), longHost])
  .transform((one): HostPart => {
    if ('pattern' in one) return one
    const { name, ...rest } = one
    return { pattern: name, ...rest }
  })

const hosts = z.array(host).min(1, 'is empty: a zone without hosts is never "everywhere"')

const longZone = z.strictObject({
  hosts: required(hosts, { description: 'Hosts and patterns of the zone, in their order.', example: [EXAMPLE] }),
  runner: optional(parsed(z.string(), parseRunnerName), {
    description:
      'Name of the runner that does the host work of this zone (`houston runner --name eu`). Needs DATABASE_URL.',
    example: 'eu',
  }),
  ssh: optional(sshSchema, {
    description: 'How the hosts of this zone are reached.',
    example: { jump: 'bastion.acme.dev' },
  }),
})

export const zoneSchema = z
  .union([hosts.transform((list): ZonePart => ({ hosts: list, at: [] })), longZone])
  .transform((zone): ZonePart => ('at' in zone ? zone : { ...zone, at: ['hosts'] }))
  .meta({ description: 'A zone: a list of hosts, or the long form with hosts, runner and ssh.', example: [EXAMPLE] })
