// Which of a job's tokens prove anything: real JWTs, a key set at the network's edge, and each way in which one can be wrong.

import { createHmac, generateKeyPairSync } from 'node:crypto'
import { exportJWK, SignJWT } from 'jose'
import nock from 'nock'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createWorkflowProof } from '../../../src/adapters/github/workflow-identity.ts'
import { API } from '../../support/github-edge.ts'
import { AUDIENCE, CLAIMS, ISSUER, makeSigner, publishKeys, type Signer, unsign } from '../../support/workflow-token.ts'

let signer: Signer
let stranger: Signer
beforeAll(async () => {
  ;[signer, stranger] = await Promise.all([makeSigner(), makeSigner()])
})
beforeEach(() => nock.disableNetConnect())
afterEach(() => nock.cleanAll())
afterAll(() => nock.enableNetConnect())

const proof = () => createWorkflowProof(API, AUDIENCE)
const now = () => Math.floor(Date.now() / 1_000)

it("tells who a job is, from GitHub's own signature", async () => {
  publishKeys(signer)
  expect(await proof().workflowOf(await signer.sign())).toEqual({
    ...{ repositoryId: '74', repository: 'acme/shop', actor: { id: '42', login: 'ada' } },
    ...{ runId: '9001', byActor: true, environment: 'production' },
  })
})

it('a job without an environment has none', async () => {
  publishKeys(signer)
  const workflow = await proof().workflowOf(await signer.sign({ environment: undefined }))
  expect(workflow).toMatchObject({ repositoryId: '74' })
  expect(workflow).not.toHaveProperty('environment')
})

it.each<[string, object]>([
  ['was run again, perhaps by somebody else', { run_attempt: '2' }],
  ['does not say how often it was run', { run_attempt: undefined }],
  ['was set off by a machine', { actor: 'renovate[bot]' }],
])('a job that %s names nobody who asks', async (_, over) => {
  publishKeys(signer)
  expect(await proof().workflowOf(await signer.sign({ ...over }))).toMatchObject({ byActor: false })
})

it('asks for the keys once', async () => {
  const asked = nock(ISSUER).get('/.well-known/jwks').reply(200, signer.jwks)
  const one = proof()
  for (let index = 0; index < 3; index += 1) expect(await one.workflowOf(await signer.sign())).toBeDefined()
  expect(asked.isDone()).toBe(true)
})

it('another algorithm of the same key proves nothing, though the key set does not forbid it', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', use: 'sig' }
  nock(ISSUER)
    .get('/.well-known/jwks')
    .reply(200, { keys: [jwk] })
  const one = proof()
  const signed = (alg: string) =>
    new SignJWT({ ...CLAIMS, iss: ISSUER, aud: AUDIENCE, iat: now(), nbf: now(), exp: now() + 300 })
      .setProtectedHeader({ alg, kid: 'k1' })
      .sign(privateKey)
  expect(await one.workflowOf(await signed('RS256'))).toBeDefined()
  expect(await one.workflowOf(await signed('PS256'))).toBeUndefined()
})

it('an Enterprise Server signs for itself', async () => {
  const issuer = 'https://github.acme.dev/_services/token'
  nock('https://github.acme.dev').get('/_services/token/.well-known/jwks').reply(200, signer.jwks)
  const own = createWorkflowProof('https://github.acme.dev/api/v3', AUDIENCE)
  expect(await own.workflowOf(await signer.sign({ iss: issuer }))).toBeDefined()
  expect(await own.workflowOf(await signer.sign())).toBeUndefined()
})

describe('proves nothing:', () => {
  const cases: [name: string, make: () => Promise<string>][] = [
    ["another server's audience", () => signer.sign({ aud: 'https://houston.evil.dev' })],
    ['no audience', () => signer.sign({ aud: undefined })],
    ['an expired one', () => signer.sign({ exp: now() - 60 })],
    ['one without an end', () => signer.sign({ exp: undefined })],
    ['one that is not valid yet', () => signer.sign({ nbf: now() + 120 })],
    ['another issuer', () => signer.sign({ iss: 'https://token.actions.githubusercontent.com.evil.dev' })],
    ['an issuer of one enterprise', () => signer.sign({ iss: `${ISSUER}/acme` })],
    ["a stranger's key under the same id", () => stranger.sign()],
    ['an unknown key', () => signer.sign({}, { kid: 'k2' })],
    ['alg none', async () => unsign(await signer.sign())],
    ['the public key as an HMAC secret', async () => confuse(await signer.sign())],
    ['a changed claim', async () => change(await signer.sign())],
    ['no repository', () => signer.sign({ repository_id: undefined })],
    ['a repository that is no number', () => signer.sign({ repository_id: '74/../75' })],
    ['no actor', () => signer.sign({ actor_id: undefined })],
    ['no JWT at all', async () => 'hst_something'],
    ['nothing', async () => ''],
    ['three empty parts', async () => '..'],
  ]
  it.each(cases)('%s', async (_, make) => {
    publishKeys(signer)
    expect(await proof().workflowOf(await make())).toBeUndefined()
  })
})

it.each([
  ['answers 500', () => nock(ISSUER).get('/.well-known/jwks').reply(500)],
  ['answers no keys', () => nock(ISSUER).get('/.well-known/jwks').reply(200, { hello: 1 })],
  ['cannot be reached', () => nock(ISSUER).get('/.well-known/jwks').replyWithError('refused')],
])('rejects when whoever has the keys %s: nobody is known, nobody is refused', async (_, play) => {
  play()
  await expect(proof().workflowOf(await signer.sign())).rejects.toThrow()
})

/** The key confusion of RFC 8725, 2.1. */
function confuse(jwt: string): string {
  const [, payload] = jwt.split('.')
  const header = Buffer.from(JSON.stringify({ alg: 'HS256', kid: 'k1' })).toString('base64url')
  const secret = JSON.stringify(signer.jwks.keys[0])
  return `${header}.${payload}.${createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url')}`
}

function change(jwt: string): string {
  const [header, payload = '', signature] = jwt.split('.')
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const changed = Buffer.from(JSON.stringify({ ...Object(claims), repository_id: '75' })).toString('base64url')
  return `${header}.${changed}.${signature}`
}
