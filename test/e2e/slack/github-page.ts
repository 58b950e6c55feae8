// GitHub's own page of a sign-in (OAuth with PKCE, RFC 7636): whoever consents gets a code for exactly what was asked, which is
// exchanged once, by whoever proves to have begun it. The stand-in of GitHub serves the exchange.

import { createHash } from 'node:crypto'
import type { Person } from '../../support/github-stand-in/world.ts'
import { SIGN_IN, type SlackHouse } from './house.ts'

export type GithubPage = {
  /** Where GitHub sends the browser of this person, who said yes to what stands at this address. */
  consent(asked: string, person: Person): string
  /** Codes that were not given out again: their exchange was refused. */
  refused: string[]
}

type Grant = { challenge: string; back: string; person: Person }

export function openGithubPage({ github }: Pick<SlackHouse, 'github'>): GithubPage {
  const grants = new Map<string, Grant>()
  const refused: string[] = []
  github.pages.set('/login/oauth/access_token', (sent) => {
    const { code = '', ...proof } = Object.fromEntries(new URLSearchParams(sent))
    const grant = grants.get(code)
    grants.delete(code)
    if (grant && isProved(grant, proof)) return JSON.stringify({ access_token: github.tokenOf(grant.person) })
    refused.push(code)
    return JSON.stringify({ error: 'bad_verification_code' })
  })
  return {
    refused,
    consent(asked, person) {
      const { host, pathname, searchParams } = new URL(asked)
      const { client_id, code_challenge_method, code_challenge, redirect_uri, state } = Object.fromEntries(searchParams)
      const known = host === github.variables.GHE_HOST && pathname === '/login/oauth/authorize'
      if (!known || client_id !== SIGN_IN.GITHUB_CLIENT_ID) throw new Error(`GitHub has no page for ${asked}`)
      if (code_challenge_method !== 'S256' || !code_challenge || !redirect_uri || !state)
        throw new Error(`a sign-in without state or PKCE: ${asked}`)
      const code = `code-${grants.size}-${github.world.nextId()}`
      grants.set(code, { challenge: code_challenge, back: redirect_uri, person })
      return `${redirect_uri}?${new URLSearchParams({ code, state })}`
    },
  }
}

function isProved({ challenge, back }: Grant, proof: Readonly<Record<string, string>>): boolean {
  const { client_id, client_secret, redirect_uri, code_verifier = '' } = proof
  const proved = createHash('sha256').update(code_verifier).digest('base64url') === challenge
  const ours = client_id === SIGN_IN.GITHUB_CLIENT_ID && client_secret === SIGN_IN.GITHUB_CLIENT_SECRET
  return proved && ours && redirect_uri === back
}
