// The endpoint from which a job gets its identity: signs real tokens with keys of the test's own, which the stand-in of GitHub
// publishes. What a token says can be bent.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { StandIn } from '../../support/github-stand-in/stand-in.ts'
import { makeSigner } from '../../support/workflow-token.ts'

export type IdentityEndpoint = {
  /** For the step. */
  env: Readonly<Record<string, string>>
  /** Claims over the honest ones, from now on; `undefined` leaves one out. */
  claims: Readonly<Record<string, unknown>>
  /** How many tokens were asked for. */
  asked: number
  close(): Promise<void>
}

const TOKEN = 'a-token-of-the-runner'

export async function openIdentityEndpoint(
  github: StandIn,
  honest: Readonly<Record<string, unknown>>,
): Promise<IdentityEndpoint> {
  const signer = await makeSigner()
  const issuer = `https://${github.variables.GHE_HOST}/_services/token`
  github.pages.set('/_services/token/.well-known/jwks', JSON.stringify(signer.jwks))
  const server = createServer((request, response) => {
    const audience = new URL(request.url ?? '', 'http://runner').searchParams.get('audience')
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return void response.writeHead(401).end()
    endpoint.asked += 1
    void signer.sign({ iss: issuer, aud: audience, ...honest, ...endpoint.claims }).then((value) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ value }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const endpoint: IdentityEndpoint = {
    env: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/identity?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: TOKEN,
    },
    ...{ claims: {}, asked: 0 },
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  }
  return endpoint
}
