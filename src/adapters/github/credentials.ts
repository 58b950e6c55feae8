// The App's credentials from the environment: checked at the start, every fault at once, one clear message each. It calls
// nobody; no message contains what a secret holds.

import { readFileSync } from 'node:fs'
import { Secret } from '../../core/secret.ts'
import { readPrivateKey } from './private-key.ts'
import type { OauthClient } from './sign-in.ts'

export type Credentials = {
  appId: number
  /** PKCS#8 in PEM. */
  privateKey: Secret
  webhookSecret: Secret
  /** The one before it, believed too while GitHub is told the new one. */
  previousWebhookSecret?: Secret
  /** For people who sign in; absent: nobody can. */
  oauth?: OauthClient
  /** Where the API is: GitHub's own, or that of an Enterprise Server. */
  apiUrl: string
}

/** `none`: nothing is set, so there is no App yet; one can be made at `apiUrl`. */
export type CredentialsReading =
  | { kind: 'ready'; credentials: Credentials }
  | { kind: 'none'; apiUrl: string }
  | { kind: 'faulty'; faults: readonly string[] }

type Variables = Readonly<Record<string, string | undefined>>
type Reading = { text: string } | { fault: string } | undefined

const NAMES = ['GITHUB_APP_ID', 'GITHUB_PRIVATE_KEY', 'GITHUB_WEBHOOK_SECRET'] as const

const PREVIOUS = 'GITHUB_WEBHOOK_SECRET_PREVIOUS'
const CLIENT = ['GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET'] as const

/**
 * Each of `GITHUB_APP_ID`, `GITHUB_PRIVATE_KEY`, `GITHUB_WEBHOOK_SECRET`, `GITHUB_WEBHOOK_SECRET_PREVIOUS`, `GITHUB_CLIENT_ID` and
 * `GITHUB_CLIENT_SECRET` may be a `…_FILE` instead; `GHE_HOST` names a server.
 */
export function readCredentials(variables: Variables): CredentialsReading {
  const [id, key, secret, previous] = [...NAMES, PREVIOUS].map((name) => readOne(variables, name))
  const faults: string[] = []
  const apiUrl = check('GHE_HOST', { text: variables.GHE_HOST?.trim() ?? '' }, faults, readHost)
  if (!id && !key && !secret) return apiUrl === undefined ? { kind: 'faulty', faults } : { kind: 'none', apiUrl }
  const appId = check(NAMES[0], id, faults, readAppId)
  const privateKey = check(NAMES[1], key, faults, readKey)
  const webhookSecret = check(NAMES[2], secret, faults, readWebhookSecret)
  const previousWebhookSecret = previous && check(PREVIOUS, previous, faults, readWebhookSecret)
  const oauth = readClient(variables, faults)
  if (faults.length > 0 || appId === undefined || !privateKey || !webhookSecret || apiUrl === undefined)
    return { kind: 'faulty', faults }
  const more = { ...(previousWebhookSecret && { previousWebhookSecret }), ...(oauth && { oauth }) }
  return { kind: 'ready', credentials: { appId, privateKey, webhookSecret, apiUrl, ...more } }
}

/** Both or none: an App that was made before people could sign in has none. */
function readClient(variables: Variables, faults: string[]): OauthClient | undefined {
  const [id, secret] = CLIENT.map((name) => readOne(variables, name))
  if (!id && !secret) return undefined
  const clientId = check(CLIENT[0], id, faults, readClientId)
  const clientSecret = check(CLIENT[1], secret, faults, readClientSecret)
  return clientId === undefined || !clientSecret ? undefined : { id: clientId, secret: clientSecret }
}

type Checked<T> = { value: T } | { fault: string }

function check<T>(name: string, reading: Reading, faults: string[], read: (text: string) => Checked<T>): T | undefined {
  const checked = reading === undefined ? { fault: 'is missing' } : 'fault' in reading ? reading : read(reading.text)
  if ('value' in checked) return checked.value
  faults.push(`${name} ${checked.fault}`)
  return undefined
}

function readOne(variables: Variables, name: string): Reading {
  const text = variables[name]
  const file = variables[`${name}_FILE`]
  if (text && file) return { fault: `is set, and so is ${name}_FILE: set one of them` }
  if (text) return { text: text.trim() }
  if (!file) return undefined
  try {
    return { text: readFileSync(file, 'utf8').trim() }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'error'
    return { fault: `cannot be read from ${name}_FILE: ${code}` }
  }
}

function readAppId(text: string): Checked<number> {
  const id = Number(text)
  if (/^\d{1,15}$/.test(text) && id > 0) return { value: id }
  return { fault: "is not the App's number; it stands on the App's settings page, as App ID" }
}

function readKey(text: string): Checked<Secret> {
  const key = readPrivateKey(text)
  return key.kind === 'key' ? { value: new Secret(key.pem) } : { fault: key.why }
}

function readWebhookSecret(text: string): Checked<Secret> {
  if (text.length >= 16) return { value: new Secret(text) }
  return { fault: 'is shorter than 16 characters: anybody could guess it. `openssl rand -hex 32` makes one' }
}

function readClientId(text: string): Checked<string> {
  if (/^[A-Za-z0-9._-]{1,100}$/.test(text)) return { value: text }
  return { fault: "is not the App's client ID; it stands on the App's settings page" }
}

function readClientSecret(text: string): Checked<Secret> {
  if (/^[\x21-\x7e]{1,200}$/.test(text)) return { value: new Secret(text) }
  return { fault: "is not a client secret; the App's settings page makes one" }
}

function readHost(text: string): Checked<string> {
  if (text === '' || text === 'github.com') return { value: 'https://api.github.com' }
  if (/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?$/.test(text)) return { value: `https://${text}/api/v3` }
  return { fault: 'is no host name: write github.acme.dev, without https:// and without a path' }
}
