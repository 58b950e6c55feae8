// Sign-in with GitHub at the network's edge: where a browser is sent, what is exchanged, and what is not believed.

import { createHash } from 'node:crypto'
import nock from 'nock'
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import { createSignIn } from '../../../src/adapters/github/sign-in.ts'
import { Secret } from '../../../src/core/secret.ts'
import { API } from '../../support/github-edge.ts'

const client = { id: 'Iv1.abc', secret: new Secret('shh') }
const back = 'https://houston.acme.dev/sign-in/callback'
const verifier = 'v'.repeat(43)
const brought = { code: 'c0de', verifier, back }

beforeEach(() => nock.disableNetConnect())
afterEach(() => {
  expect(nock.pendingMocks()).toEqual([])
  nock.cleanAll()
})
afterAll(() => nock.enableNetConnect())

it('sends a browser with the challenge, never with the verifier', () => {
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const url = new URL(createSignIn(API, client).authorizeUrl({ state: 's', challenge, back }))
  expect(`${url.origin}${url.pathname}`).toBe('https://github.com/login/oauth/authorize')
  expect(Object.fromEntries(url.searchParams)).toEqual({
    ...{ client_id: 'Iv1.abc', redirect_uri: back, state: 's', allow_signup: 'false' },
    ...{ code_challenge: challenge, code_challenge_method: 'S256' },
  })
})

it('a code becomes an account: by its number', async () => {
  nock('https://github.com')
    .post('/login/oauth/access_token', {
      ...{ client_id: 'Iv1.abc', client_secret: 'shh', code: 'c0de', redirect_uri: back, code_verifier: verifier },
    })
    .matchHeader('accept', 'application/json')
    .reply(200, { access_token: 'ghu_x', token_type: 'bearer', scope: '' })
  nock(API).get('/user').matchHeader('authorization', 'Bearer ghu_x').reply(200, { id: 42, login: 'ada', name: 'Ada' })
  expect(await createSignIn(API, client).accountOf(brought)).toEqual({ id: '42', login: 'ada' })
})

it('at an Enterprise Server everything is there', async () => {
  const own = createSignIn('https://github.acme.dev/api/v3', client)
  expect(own.authorizeUrl({ state: 's', challenge: 'c', back })).toMatch(/^https:\/\/github\.acme\.dev\/login\/oauth\//)
  nock('https://github.acme.dev').post('/login/oauth/access_token').reply(200, { access_token: 'ghu_x' })
  nock('https://github.acme.dev').get('/api/v3/user').reply(200, { id: 42, login: 'ada' })
  expect(await own.accountOf(brought)).toEqual({ id: '42', login: 'ada' })
})

it.each([
  [200, { error: 'bad_verification_code' }],
  [400, { error: 'invalid_grant' }],
])('a code that GitHub refuses with %i is nobody', async (status, body) => {
  nock('https://github.com').post('/login/oauth/access_token').reply(status, body)
  expect(await createSignIn(API, client).accountOf(brought)).toBeUndefined()
})

it.each([
  ['fails', () => nock('https://github.com').post('/login/oauth/access_token').reply(502, 'unicorn')],
  ['says nothing useful', () => nock('https://github.com').post('/login/oauth/access_token').reply(200, { hello: 1 })],
  [
    'sends the secret elsewhere',
    () =>
      nock('https://github.com').post('/login/oauth/access_token').reply(307, '', { location: 'https://evil.dev/' }),
  ],
])('rejects when GitHub %s', async (_, play) => {
  play()
  await expect(createSignIn(API, client).accountOf(brought)).rejects.toThrow()
})

it('tells the secret to nobody that GitHub names', async () => {
  nock('https://github.com').post('/login/oauth/access_token').reply(307, '', { location: 'https://evil.dev/' })
  const evil = nock('https://evil.dev').post('/').optionally().reply(200, { access_token: 'ghu_x' })
  let told = false
  evil.on('request', () => {
    told = true
  })
  await expect(createSignIn(API, client).accountOf(brought)).rejects.toThrow()
  expect(told).toBe(false)
})

it('rejects an account without a number', async () => {
  nock('https://github.com').post('/login/oauth/access_token').reply(200, { access_token: 'ghu_x' })
  nock(API).get('/user').reply(200, { login: 'ada' })
  await expect(createSignIn(API, client).accountOf(brought)).rejects.toThrow()
})
