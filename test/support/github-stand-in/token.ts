// Who calls: the App by a JWT whose signature is verified for real, or an installation by a token that was given out here.

import { createVerify, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { World } from './world.ts'

/** The App itself, one of its installations, or a person who has signed in somewhere with it. */
export type Caller = { kind: 'app' } | { kind: 'installation' | 'person'; id: number }

const claims = z.object({ iss: z.union([z.string(), z.number()]), iat: z.number(), exp: z.number() })
/** GitHub's: a JWT lives ten minutes at most, a token an hour. */
const LONGEST_JWT_S = 600
const TOKEN_MS = 3_600_000

export class Tokens {
  readonly #world: World
  readonly #people = new Map<string, number>()
  readonly #given = new Map<string, { installation: number; until: number }>()

  constructor(world: World) {
    this.#world = world
  }

  give(installation: number): { token: string; expires_at: string } {
    const token = `ghs_${randomBytes(18).toString('hex')}`
    const until = this.#world.now() + TOKEN_MS
    this.#given.set(token, { installation, until })
    return { token, expires_at: new Date(until).toISOString().replace(/\.\d+/, '') }
  }

  giveTo(person: number): string {
    const token = `ghu_${randomBytes(18).toString('hex')}`
    this.#people.set(token, person)
    return token
  }

  /** `undefined`: bad credentials. */
  callerOf(authorization: string | undefined): Caller | undefined {
    const [, credential = ''] = /^(?:token|bearer) (.+)$/i.exec(authorization ?? '') ?? []
    const person = this.#people.get(credential)
    if (person !== undefined) return { kind: 'person', id: person }
    const given = this.#given.get(credential)
    if (given) return given.until > this.#world.now() ? { kind: 'installation', id: given.installation } : undefined
    return isValidJwt(credential, this.#world) ? { kind: 'app' } : undefined
  }
}

function isValidJwt(text: string, { app }: World): boolean {
  const [header = '', payload = '', signature = ''] = text.split('.')
  if (decode(header)?.includes('"RS256"') !== true) return false
  const verified = createVerify('RSA-SHA256').update(`${header}.${payload}`)
  if (!verified.verify(app.publicKey, Buffer.from(signature, 'base64url'))) return false
  const { iss, iat, exp } = claims.parse(JSON.parse(decode(payload) ?? ''))
  const seconds = Date.now() / 1_000
  return String(iss) === String(app.id) && exp > seconds && iat <= seconds + 1 && exp - iat <= LONGEST_JWT_S + 60
}

function decode(part: string): string | undefined {
  return part === '' ? undefined : Buffer.from(part, 'base64url').toString()
}
