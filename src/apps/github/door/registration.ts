// The App's credentials, wherever they are kept: in the environment, or in a file of the data directory that the set-up made
// and that is believed as soon as it is there. It calls nobody.

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type Credentials, type CredentialsReading, readCredentials } from '../../../adapters/github/credentials.ts'
import type { Variables } from '../../../config/settings.ts'

const FILE = 'github-app.json'

/** The names are those of the environment variables, so that both are read by the same rules. */
const stored = z.record(z.string(), z.string())

export type RegistrationPlace = { variables: Variables; dataDirectory: string }

export type Registration = {
  /** Of the API, also while there is no App. */
  apiUrl: string
  /** Where `keep` keeps it. */
  file: string
  /** `undefined`: there is no App yet. Throws `BadCredentials` when the file has become unusable. */
  current(): Credentials | undefined
  /** Keeps what the set-up got. Throws what `current` throws. */
  keep(variables: Readonly<Record<string, string>>): Credentials
}

/** Something is set, but not so that it can be used. */
export class BadCredentials extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(`The GitHub App cannot be used: ${faults.join('; ')}`)
    this.name = 'BadCredentials'
    this.faults = faults
  }
}

/** The environment wins; `where` says what was believed, for people. */
export function readRegistration({
  variables,
  dataDirectory,
}: RegistrationPlace): CredentialsReading & { where: string } {
  const fromEnvironment = readCredentials(variables)
  const file = join(dataDirectory, FILE)
  if (fromEnvironment.kind !== 'none' || !existsSync(file)) return { ...fromEnvironment, where: 'the environment' }
  const read = readStored(file)
  return { ...(read ? readCredentials(read) : { kind: 'faulty', faults: [`${file} is damaged`] }), where: file }
}

/** Throws `BadCredentials`. */
export function openRegistration(place: RegistrationPlace): Registration {
  const first = readRegistration(place)
  const { apiUrl } = first.kind === 'none' ? first : usable(first)
  let known = first.kind === 'ready' ? first.credentials : undefined
  const current = () => {
    if (known) return known
    const again = readRegistration(place)
    known = again.kind === 'none' ? undefined : usable(again)
    return known
  }
  return {
    apiUrl,
    file: join(place.dataDirectory, FILE),
    current,
    keep(variables) {
      const { GHE_HOST } = place.variables
      const kept = { ...variables, ...(GHE_HOST && { GHE_HOST }) }
      const checked = usable(readCredentials(kept))
      writeStored(place.dataDirectory, kept)
      known = checked
      return checked
    },
  }
}

function usable(reading: CredentialsReading): Credentials {
  if (reading.kind === 'ready') return reading.credentials
  throw new BadCredentials(reading.kind === 'faulty' ? reading.faults : ['nothing is set'])
}

function readStored(file: string): Readonly<Record<string, string>> | undefined {
  try {
    return stored.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data
  } catch {
    return undefined
  }
}

/** There whole or not at all, and nobody else's to read. */
function writeStored(dataDirectory: string, variables: Readonly<Record<string, string>>): void {
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 })
  const draft = join(dataDirectory, `${FILE}.${process.pid}`)
  writeFileSync(draft, `${JSON.stringify(variables, null, 2)}\n`, { mode: 0o600 })
  renameSync(draft, join(dataDirectory, FILE))
}
