// Puts defaults and environment variables into settings whose file has been checked. Nothing can be wrong here any more.

import { Secret } from '../core/secret.ts'
import { type Listen, parseListen } from './listen.ts'
import { parsePublicUrl } from './public-url.ts'
import type { IdentityPart, SettingsFile, SshLimitsPart } from './schema/settings.ts'
import type { SlackPart, SlackWorkspacePart } from './schema/slack.ts'
import type { Held, Identity, Key, Settings, SlackSettings, SlackWorkspace, SshLimits, Variables } from './settings.ts'

const KNOWN_HOSTS = ['~/.ssh/known_hosts', '/etc/ssh/ssh_known_hosts']
const DEFAULT_KEY = '~/.ssh/id_ed25519'
const LISTEN: Listen = { host: '127.0.0.1', port: 8080 }
const ENVIRONMENT_SHARE = 0.8

/** Settings of a person on their own machine: the running agent and the usual key, for everything. */
export function defaultSettings(variables: Variables): Settings {
  const socket = variables.SSH_AUTH_SOCK ?? ''
  const agent: Key[] = socket === '' ? [] : [{ kind: 'agent', socket }]
  const keys: Key[] = [...agent, { kind: 'file', file: fromHome(DEFAULT_KEY, variables) }]
  const identity: Identity = { name: 'default', keys, allow: [{ repository: '*', environments: ['*'], hosts: ['*'] }] }
  return {
    source: 'default',
    ...places({}, variables),
    identities: new Map([['default', identity]]),
    ssh: toLimits({}),
    slack: toSlack({}, variables),
  }
}

export function fileSettings(file: SettingsFile, variables: Variables): Settings {
  const identities = Object.entries(file.identities).map(
    ([name, part]) => [name, toIdentity(name, part, variables)] as const,
  )
  return {
    source: 'file',
    ...places(file, variables),
    identities: new Map(identities),
    ssh: toLimits(file.ssh ?? {}),
    slack: toSlack(file.slack ?? {}, variables),
  }
}

type Places = Pick<Settings, 'dataDirectory' | 'databaseUrl' | 'knownHosts' | 'listen' | 'url'>

function places(
  file: Partial<Pick<SettingsFile, 'data' | 'known_hosts' | 'listen' | 'url'>>,
  variables: Variables,
): Places {
  const database = variables.DATABASE_URL ?? ''
  const listen = parseListen(variables.HOUSTON_LISTEN ?? '')
  const named = parsePublicUrl(variables.HOUSTON_URL ?? '')
  const url = named.kind === 'ok' ? named.value : file.url
  return {
    dataDirectory: fromHome(variables.HOUSTON_DATA || (file.data ?? './data'), variables),
    knownHosts: (file.known_hosts ?? KNOWN_HOSTS).map((path) => fromHome(path, variables)),
    listen: listen.kind === 'ok' ? listen.value : (file.listen ?? LISTEN),
    ...(url !== undefined && { url }),
    ...(database !== '' && { databaseUrl: new Secret(database) }),
  }
}

function toIdentity(name: string, part: IdentityPart, variables: Variables): Identity {
  return { name, keys: [toKey(part, variables)], allow: part.allow }
}

function toKey(part: IdentityPart, variables: Variables): Key {
  const secret = (variable: string): Secret => new Secret(variables[variable] ?? '')
  if (part.agent === true) return { kind: 'agent', socket: variables.SSH_AUTH_SOCK ?? '' }
  const passphrase = part.passphrase_env === undefined ? {} : { passphrase: secret(part.passphrase_env) }
  if (part.key_file !== undefined) return { kind: 'file', file: fromHome(part.key_file, variables), ...passphrase }
  return { kind: 'text', pem: secret(part.key_env ?? ''), ...passphrase }
}

function toLimits({ max_sessions, max_sessions_per_environment: quota, ...rest }: SshLimitsPart): SshLimits {
  const { dials, deadlines, keepalive } = rest
  const maxSessions = max_sessions ?? 200
  return {
    maxSessions,
    maxSessionsPerEnvironment: quota ?? Math.max(1, Math.floor(maxSessions * ENVIRONMENT_SHARE)),
    dials: { perSecond: dials?.per_second ?? 1000, atOnce: dials?.at_once ?? 100 },
    deadlines: {
      dialMs: deadlines?.dial ?? 10_000,
      loginMs: deadlines?.login ?? 20_000,
      openMs: deadlines?.open ?? 20_000,
      attachMs: deadlines?.attach ?? 60_000,
    },
    keepalive: { intervalMs: keepalive?.interval ?? 10_000, count: keepalive?.count ?? 3 },
  }
}

function toSlack(part: SlackPart, variables: Variables): SlackSettings {
  const { workspaces = [], channels = [], people = {}, commands = {} } = part
  return {
    workspaces: workspaces.map((workspace) => toWorkspace(workspace, variables)),
    channels,
    people: new Map(Object.entries(people)),
    commands: { deploy: '/deploy', rollback: '/rollback', ...commands },
  }
}

function toWorkspace(part: SlackWorkspacePart, variables: Variables): SlackWorkspace {
  const held = (file: string | undefined, variable: string | undefined): Held | undefined => {
    if (file !== undefined) return { file: fromHome(file, variables) }
    return variable === undefined ? undefined : { variable }
  }
  const signingSecret = held(part.signing_secret_file, part.signing_secret_env)
  const appToken = held(part.app_token_file, part.app_token_env)
  return {
    team: part.team,
    token: held(part.token_file, part.token_env) ?? { variable: '' },
    ...(signingSecret && { signingSecret }),
    ...(appToken && { appToken }),
  }
}

function fromHome(path: string, variables: Variables): string {
  const home = variables.HOME ?? ''
  return path.startsWith('~/') && home !== '' ? `${home}${path.slice(1)}` : path
}
