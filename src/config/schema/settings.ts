// The whole of houston.server.yml, the operator's file. Secrets never stand in it: it names variables and files that hold them.

import { z } from 'zod'
import { parseDuration } from '../duration.ts'
import { ok, type Parsed, wrong } from '../fault.ts'
import { parseListen } from '../listen.ts'
import { show } from '../printable.ts'
import { parsePublicUrl } from '../public-url.ts'
import { named, oneOf, optional, parsed, required, ruled, textOrNumber } from './key.ts'
import { parseFile, parseGlob, parseName, parseVariableName } from './name.ts'
import { slackSchema } from './slack.ts'

function parseRepository(text: string): Parsed<string> {
  if (text === '*' || /^[A-Za-z0-9._*?-]+\/[A-Za-z0-9._*?-]+$/.test(text)) return ok(text)
  return wrong(`${show(text)} is not a repository`, 'owner/name, owner/*, or * for all')
}

const glob = parsed(z.string(), parseGlob)
const file = parsed(z.string(), parseFile)
const variable = parsed(z.string(), parseVariableName)
const positive = parsed(textOrNumber, (input) => parseDuration(input, 1))
const count = z.int('is not a whole number').min(1, 'is less than 1').max(100_000, 'is more than 100000')
const globs = z.union([glob.transform((one) => [one]), z.array(glob).min(1, 'is empty: it would allow nothing')])

const grant = z.strictObject({
  repository: required(parsed(z.string(), parseRepository), {
    description: 'Repository whose houston.yml may use the key.',
    example: 'acme/storefront',
  }),
  environments: required(globs, { description: 'Environments of it, as names or patterns.', example: ['production'] }),
  hosts: required(globs, {
    description:
      'Addresses that may be dialled with it, as names or patterns. They are compared with the address, not with the name.',
    example: ['web*.acme.dev'],
  }),
})

const identity = ruled(
  z.strictObject({
    key_file: optional(file, { description: 'Private key in OpenSSH or PEM form.', example: '/etc/houston/keys/prod' }),
    agent: optional(z.literal(true), { description: 'true: the keys of the running SSH agent.', example: true }),
    key_env: optional(variable, {
      description: 'Environment variable that holds the private key.',
      example: 'PROD_KEY',
    }),
    passphrase_env: optional(variable, {
      description: "Environment variable that holds the key's passphrase.",
      example: 'PROD_KEY_PASSPHRASE',
    }),
    allow: required(z.array(grant).min(1, 'is empty: nobody could use this key'), {
      description: 'Who may use the key where. What is not listed is refused.',
      example: [{ repository: 'acme/storefront', environments: ['production'], hosts: ['web*.acme.dev'] }],
    }),
  }),
  (value) => [
    ...oneOf(['key_file', 'agent', 'key_env'], 1)(value),
    ...('agent' in value && 'passphrase_env' in value
      ? [
          {
            path: ['passphrase_env'],
            at: 'key' as const,
            message: 'has no effect with agent',
            write: 'only one of agent, passphrase_env',
          },
        ]
      : []),
  ],
).meta({ description: 'A key, and who may use it where.' })

const ssh = z.strictObject({
  max_sessions: optional(count, { description: 'Hosts worked on at the same time.', example: 50, fallback: 200 }),
  max_sessions_per_environment: optional(count, {
    description: 'How many of them one environment may have, so that a huge rollout leaves room for a small one.',
    example: 40,
    fallback: '80 % of max_sessions',
  }),
  dials: optional(
    z.strictObject({
      per_second: optional(count, { description: 'New connections a second.', example: 100, fallback: 1000 }),
      at_once: optional(count, {
        description: 'Connections being opened at the same time.',
        example: 20,
        fallback: 100,
      }),
    }),
    { description: 'How fast connections are opened. Bastions and sshd refuse bursts.', example: { per_second: 100 } },
  ),
  deadlines: optional(
    z.strictObject({
      dial: optional(positive, { description: "TCP and the server's banner.", example: '10s', fallback: '10s' }),
      login: optional(positive, { description: 'Key exchange and authentication.', example: '20s', fallback: '20s' }),
      open: optional(positive, {
        description: "Opening a channel and the host's first word.",
        example: '20s',
        fallback: '20s',
      }),
      attach: optional(positive, {
        description: 'From a lost connection until the host counts as unknown.',
        example: '2m',
        fallback: '1m',
      }),
    }),
    { description: 'After how long a phase of a connection is given up.', example: { dial: '5s' } },
  ),
  keepalive: optional(
    z.strictObject({
      interval: optional(positive, { description: 'Time between two signs of life.', example: '10s', fallback: '10s' }),
      count: optional(count, {
        description: 'Missed ones after which the connection counts as lost.',
        example: 3,
        fallback: 3,
      }),
    }),
    { description: 'How a frozen host is noticed.', example: { interval: '10s', count: 3 } },
  ),
})

export const settingsFileSchema = z.strictObject({
  data: optional(file, {
    description: 'Data directory. The variable HOUSTON_DATA wins over it.',
    example: '/var/lib/houston',
    fallback: './data',
  }),
  known_hosts: optional(z.array(file).min(1, 'is empty: no host could be verified'), {
    description: 'known_hosts files that are believed.',
    example: ['/etc/houston/known_hosts'],
    fallback: ['~/.ssh/known_hosts', '/etc/ssh/ssh_known_hosts'],
  }),
  identities: required(named(identity, parseName), {
    description: 'Keys by the name that houston.yml uses (ssh.identity).',
    example: {
      prod: {
        key_file: '/etc/houston/keys/prod',
        allow: [{ repository: 'acme/storefront', environments: ['production'], hosts: ['web*.acme.dev'] }],
      },
    },
  }),
  listen: optional(parsed(z.string(), parseListen), {
    description: 'Where houston serve listens. The variable HOUSTON_LISTEN wins over it, --listen over both.',
    example: '0.0.0.0:8080',
    fallback: '127.0.0.1:8080',
  }),
  url: optional(parsed(z.string(), parsePublicUrl), {
    description: 'Where others reach houston serve; links and GitHub need it. The variable HOUSTON_URL wins over it.',
    example: 'https://houston.acme.dev',
  }),
  slack: optional(slackSchema, {
    description: 'Whose channels, commands and people in Slack are whose.',
    example: { channels: [{ channel: 'C024BE91L', application: 'storefront' }] },
  }),
  ssh: optional(ssh, { description: 'Limits of SSH connections.', example: { max_sessions: 50 } }),
})

export type SettingsFile = z.output<typeof settingsFileSchema>
export type IdentityPart = SettingsFile['identities'][string]
export type SshLimitsPart = z.output<typeof ssh>
