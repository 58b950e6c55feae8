// How hosts are reached. The same keys at the top, in an environment and in a zone; the inner one wins, key by key.

import { z } from 'zod'
import { type Endpoint, parseEndpoint, parsePort, parseUser } from '../address.ts'
import { optional, parsed, textOrNumber } from './key.ts'
import { nameSchema } from './name.ts'

export const DEFAULT_SSH = { user: 'deploy', port: 22, identity: 'default' } as const

const jump = parsed(z.string(), parseEndpoint)

export const userSchema = parsed(z.string(), parseUser)
export const portSchema = parsed(textOrNumber, parsePort)

export const sshSchema = z.strictObject({
  user: optional(userSchema, { description: 'Login on the hosts.', example: 'deploy', fallback: DEFAULT_SSH.user }),
  port: optional(portSchema, { description: 'Port of the SSH server.', example: 2222, fallback: DEFAULT_SSH.port }),
  identity: optional(nameSchema, {
    description: "Name of a key in the server's settings. The key itself never stands in this file.",
    example: 'prod',
    fallback: DEFAULT_SSH.identity,
  }),
  jump: optional(z.union([jump.transform((one): Endpoint[] => [one]), z.array(jump)]), {
    description: 'Host to connect through, or a list of them, the first one dialled directly. [] means none.',
    example: 'deploy@bastion.acme.dev',
    fallback: [],
  }),
})

export type SshPart = z.output<typeof sshSchema>
