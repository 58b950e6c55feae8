// GitHub's edge in tests: nothing leaves the machine, every request that our code sends is held against GitHub's description,
// and every answer is one that the test gave.

import { generateKeyPairSync } from 'node:crypto'
import nock from 'nock'
import { createGithub, type Github, HoustonOctokit, type Octokit } from '../../src/adapters/github/octokit.ts'
import { Secret } from '../../src/core/secret.ts'
import { requestFaults, type Sent } from './github-routes/check-request.ts'

export const API = 'https://api.github.com'
export const APP_ID = 7

export type Edge = {
  scope: nock.Scope
  sent: Sent[]
  /** Throws what is wrong with the requests, and which answers nobody asked for. */
  close(): void
}

export function openEdge(api: string = API): Edge {
  nock.disableNetConnect()
  const sent: Sent[] = []
  const faults: string[] = []
  const scope = nock(api)
  scope.on('request', (request: Request, _interceptor: unknown, text: string) => {
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    const { pathname, search } = new URL(request.url)
    const one = { method: request.method, path: `${pathname}${search}`, body }
    sent.push(one)
    faults.push(...requestFaults(one))
  })
  return {
    scope,
    sent,
    close() {
      const left = scope.pendingMocks()
      nock.cleanAll()
      nock.enableNetConnect()
      if (faults.length > 0) throw new Error(`not as GitHub describes it:\n${faults.join('\n')}`)
      if (left.length > 0) throw new Error(`never asked for: ${left.join(', ')}`)
    },
  }
}

/** Answers whatever token the clients want. */
export function withTokens(edge: Edge, installation = 11): void {
  const expires_at = new Date(Date.now() + 3_600_000).toISOString()
  edge.scope.get('/repos/acme/shop/installation').optionally().reply(200, { id: installation })
  edge.scope
    .post(`/app/installations/${installation}/access_tokens`)
    .optionally()
    .reply(201, { token: 'ghs_test', expires_at, permissions: {}, repository_selection: 'all' })
}

export const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

export function githubOf(apiUrl: string = API): Github {
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return createGithub({ appId: APP_ID, privateKey: new Secret(pem), webhookSecret: new Secret('x'), apiUrl })
}

/** A client with a token at hand. */
export function octokitOf(): Octokit {
  return new HoustonOctokit({ auth: { token: 'ghs_test' }, baseUrl: API })
}
