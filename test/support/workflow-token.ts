// Tokens as GitHub Actions signs them for a job, with keys of the test's own, and the key set at which they are looked up.

import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import nock from 'nock'

export const ISSUER = 'https://token.actions.githubusercontent.com'
export const AUDIENCE = 'https://houston.acme.dev'

/** As GitHub documents them, shortened to what somebody may look at. */
export const CLAIMS = {
  sub: 'repo:acme/shop:environment:production',
  repository: 'acme/shop',
  repository_id: '74',
  repository_owner_id: '65',
  actor: 'ada',
  actor_id: '42',
  run_id: '9001',
  run_attempt: '1',
  ref: 'refs/heads/main',
  environment: 'production',
}

export type Signer = {
  jwks: { keys: JWK[] }
  /** Over the defaults, claim by claim; `undefined` leaves one out. */
  sign(over?: Readonly<Record<string, unknown>>, header?: { alg?: string; kid?: string }): Promise<string>
}

export async function makeSigner(kid = 'k1'): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }
  return {
    jwks: { keys: [jwk] },
    async sign(over = {}, header = {}) {
      const now = Math.floor(Date.now() / 1_000)
      const claims = { ...CLAIMS, iss: ISSUER, aud: AUDIENCE, iat: now, nbf: now - 10, exp: now + 300, ...over }
      return await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT', ...header }).sign(privateKey)
    },
  }
}

/** Answers the key set as often as it is asked for. */
export function publishKeys(signer: Signer, issuer = ISSUER): void {
  nock(issuer).persist().get('/.well-known/jwks').reply(200, signer.jwks)
}

/** The same claims, signed by nobody (RFC 8725, 3.1). */
export function unsign(jwt: string): string {
  const [, payload] = jwt.split('.')
  const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url')
  return `${header}.${payload}.`
}
