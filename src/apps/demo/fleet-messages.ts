// What a fleet's owner and its warden say to each other. Every message is checked where it arrives.

import { z } from 'zod'

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)

const fleetSettings = z.object({
  hosts: z.array(z.object({ name, address: z.string().optional(), port: z.number().optional() })).min(1),
  /** Absolute path, absent or empty; the fleet owns it and removes it. */
  root: z.string().startsWith('/'),
  kind: z.enum(['auto', 'openssh', 'ssh2']),
  /** `shared`: as many hosts in one server process as it takes, for large fleets; they cannot be stopped one by one. */
  daemons: z.enum(['each', 'shared']),
})

export const request = z.object({
  id: z.number(),
  ask: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('open'), settings: fleetSettings }),
    z.object({ kind: z.literal('host'), action: z.enum(['stop', 'start', 'pause', 'resume', 'crash']), name }),
    z.object({ kind: z.literal('leave') }),
    z.object({ kind: z.literal('close') }),
  ]),
})

const opened = z.object({
  root: z.string(),
  kind: z.enum(['openssh', 'ssh2']),
  /** Why `auto` did not take OpenSSH. */
  note: z.string().optional(),
  hosts: z.array(
    z.object({
      name,
      address: z.string(),
      port: z.number(),
      user: z.string(),
      directory: z.string(),
      webPort: z.number(),
    }),
  ),
  knownHosts: z.object({ text: z.string(), file: z.string() }),
  identity: z.object({ text: z.string(), file: z.string() }),
  /** Of the warden. */
  pid: z.number(),
})

export const answer = z.object({ id: z.number(), error: z.string().optional(), opened: opened.optional() })

export type FleetSettings = z.infer<typeof fleetSettings>
export type Ask = z.infer<typeof request>['ask']
export type Opened = z.infer<typeof opened>
export type Answer = z.infer<typeof answer>
