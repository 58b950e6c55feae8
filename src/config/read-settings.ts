// Reads the operator's settings: the text of houston.server.yml, when there is one, and the environment variables. It opens no
// file, and nothing of a secret's value is ever in a fault.

import type { Fault, Flaw, Parsed } from './fault.ts'
import { defaultSettings, fileSettings } from './fill-settings.ts'
import { parseListen } from './listen.ts'
import { parsePublicUrl } from './public-url.ts'
import { readTyped } from './read-typed.ts'
import { type IdentityPart, type SettingsFile, settingsFileSchema } from './schema/settings.ts'
import type { Settings, Variables } from './settings.ts'

export type SettingsResult = { kind: 'ok'; settings: Settings } | { kind: 'faults'; faults: Fault[] }

/** `text` is absent when there is no file: then a person's own agent and key may be used for everything. */
export function readSettings(source: { text?: string; file: string }, variables: Variables): SettingsResult {
  const outside = [...databaseFaults(variables), ...variableFaults(variables)]
  if (source.text === undefined) {
    return outside.length > 0
      ? { kind: 'faults', faults: outside }
      : { kind: 'ok', settings: defaultSettings(variables) }
  }
  const typed = readTyped(source.text, source.file, settingsFileSchema)
  if (typed.kind === 'broken') return { kind: 'faults', faults: [...typed.faults, ...outside] }
  const flaws = typed.value === undefined ? [] : identityFlaws(typed.value, variables)
  const faults = [...typed.locate(flaws), ...outside]
  if (typed.value === undefined || faults.length > 0) return { kind: 'faults', faults }
  return { kind: 'ok', settings: fileSettings(typed.value, variables) }
}

/** What an identity takes from the environment must be there: better said now than in the middle of a rollout. */
function identityFlaws(file: SettingsFile, variables: Variables): Flaw[] {
  return Object.entries(file.identities).flatMap(([name, identity]) =>
    wanted(identity)
      .filter(({ variable }) => (variables[variable] ?? '') === '')
      .map(({ key, variable }) => ({
        path: ['identities', name, key],
        message: `the environment variable ${variable} is not set`,
        write: `${variable}=… in the environment of Houston`,
      })),
  )
}

function wanted(identity: IdentityPart): { key: string; variable: string }[] {
  const { agent, key_env, passphrase_env } = identity
  return [
    ...(agent === undefined ? [] : [{ key: 'agent', variable: 'SSH_AUTH_SOCK' }]),
    ...(key_env === undefined ? [] : [{ key: 'key_env', variable: key_env }]),
    ...(passphrase_env === undefined ? [] : [{ key: 'passphrase_env', variable: passphrase_env }]),
  ]
}

function databaseFaults({ DATABASE_URL: url = '' }: Variables): Fault[] {
  if (url === '' || (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url))) return []
  const message = 'is not the URL of a Postgres database'
  const write = 'postgres://user:password@host:5432/houston, or no such variable for the embedded store'
  return [{ file: 'environment variable DATABASE_URL', line: 0, column: 0, path: '', message, write }]
}

const VARIABLES: Readonly<Record<string, (text: string) => Parsed<unknown>>> = {
  HOUSTON_LISTEN: parseListen,
  HOUSTON_URL: parsePublicUrl,
}

function variableFaults(variables: Variables): Fault[] {
  return Object.entries(VARIABLES).flatMap(([name, parse]) => {
    const text = variables[name] ?? ''
    const parsed = text === '' ? undefined : parse(text)
    if (parsed?.kind !== 'wrong') return []
    const { message, write = '' } = parsed
    return [{ file: `environment variable ${name}`, line: 0, column: 0, path: '', message, write }]
  })
}
