// Sign-in with GitHub: the App's own OAuth credentials turn a browser's code into the account that it belongs to. GitHub's token
// is asked one question and then forgotten; nothing is ever done with it in somebody's name.

import { z } from 'zod'
import type { Secret } from '../../core/secret.ts'
import type { Account, AccountProvider } from '../../engine/ports-identity.ts'
import { webUrlOf } from './web-url.ts'

export type OauthClient = { id: string; secret: Secret }

/** A person waits. */
const LONGEST_MS = 8_000
const granted = z.union([z.object({ access_token: z.string().min(1) }), z.object({ error: z.string() })])
const user = z.object({ id: z.int().positive(), login: z.string().min(1) })

export function createSignIn(apiUrl: string, client: OauthClient): AccountProvider {
  const site = webUrlOf(apiUrl)
  return {
    authorizeUrl({ state, challenge, back }) {
      const query = new URLSearchParams({
        ...{ client_id: client.id, redirect_uri: back, state, allow_signup: 'false' },
        ...{ code_challenge: challenge, code_challenge_method: 'S256' },
      })
      return `${site}/login/oauth/authorize?${query}`
    },
    async accountOf({ code, verifier, back }) {
      const answer = await ask(`${site}/login/oauth/access_token`, {
        method: 'POST',
        headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          ...{ client_id: client.id, client_secret: client.secret.reveal() },
          ...{ code, redirect_uri: back, code_verifier: verifier },
        }).toString(),
      })
      // GitHub says 200 to a code that it refuses; another server may say 400.
      const parsed = granted.parse(answer)
      return 'error' in parsed ? undefined : await readAccount(apiUrl, parsed.access_token)
    },
  }
}

async function readAccount(apiUrl: string, token: string): Promise<Account> {
  const headers = { accept: 'application/vnd.github+json', authorization: `Bearer ${token}`, 'user-agent': 'houston' }
  const { id, login } = user.parse(await ask(`${apiUrl}/user`, { headers }))
  return { id: String(id), login }
}

/** A redirect would carry the secret to somebody else. */
async function ask(url: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(LONGEST_MS) })
  if (!response.ok && response.status !== 400) throw new Error(`GitHub answered ${response.status} to a sign-in`)
  return await response.json()
}
