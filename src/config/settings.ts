// The operator's settings as a typed value: where things are kept, which keys there are and who may use them where. Made by
// read-settings.ts; nothing here reads a file or opens a key.

import type { Secret } from '../core/secret.ts'
import type { Listen } from './listen.ts'

export type Settings = {
  /** `default`: there is no settings file, so this is a person's own machine and a person's own keys. */
  source: 'default' | 'file'
  dataDirectory: string
  /** Absent: the embedded store in the data directory. */
  databaseUrl?: Secret
  knownHosts: readonly string[]
  /** By name. With `source: 'default'` there is one, `default`, and it stands for every name. */
  identities: ReadonlyMap<string, Identity>
  ssh: SshLimits
  /** Of `houston serve`. */
  listen: Listen
  /** Where others reach `houston serve`, without a slash at its end. */
  url?: string
  slack: SlackSettings
}

export type SlackSettings = {
  /** Beside the one of the environment's token. */
  workspaces: readonly SlackWorkspace[]
  /** Where rollouts are told of, and what commands there mean. */
  channels: readonly SlackChannel[]
  /** GitHub logins by member: `U…`, or `T…/U…` where the workspace counts. */
  people: ReadonlyMap<string, string>
  /** With their slash. */
  commands: { deploy: string; rollback: string }
}

/** The signing secret and the app-level token are those of an app of its own; absent: it shares the one of the environment. */
export type SlackWorkspace = { team: string; token: Held; signingSecret?: Held; appToken?: Held }

/** Where a secret is held: it never stands in a file of this room. */
export type Held = { file: string } | { variable: string }

/** `environments` are globs; absent: all. `team` absent: whichever workspace the channel is in. */
export type SlackChannel = {
  channel: string
  team?: string
  application: string
  environments?: readonly string[]
  repository?: string
}

export type Identity = {
  name: string
  /** Tried in this order. */
  keys: readonly Key[]
  /** Everything that is not granted is refused. */
  allow: readonly Grant[]
}

export type Key =
  | { kind: 'agent'; socket: string }
  | { kind: 'file'; file: string; passphrase?: Secret }
  | { kind: 'text'; pem: Secret; passphrase?: Secret }

/** Globs, each of which must fit whole. `hosts` are compared with the address that is dialled, never with a host's name. */
export type Grant = { repository: string; environments: readonly string[]; hosts: readonly string[] }

export type SshLimits = {
  maxSessions: number
  maxSessionsPerEnvironment: number
  dials: { perSecond: number; atOnce: number }
  deadlines: { dialMs: number; loginMs: number; openMs: number; attachMs: number }
  keepalive: { intervalMs: number; count: number }
}

/** The environment variables of a process. */
export type Variables = Readonly<Record<string, string | undefined>>
