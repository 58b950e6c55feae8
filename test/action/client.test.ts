// Requests to a server that restarts, refuses, or no longer believes an identity.

import nock from 'nock'
import { afterEach, expect, it } from 'vitest'
import { openClient } from '../../action/src/server/client.ts'
import { begun } from '../../src/web/api/schema/rollout.ts'

const URL = 'https://houston.acme.dev'

afterEach(() => nock.cleanAll())

/** `requestMs`: what each request takes. */
function open(requestMs = 0) {
  let time = 0
  const shown: string[] = []
  const said: string[] = []
  const client = openClient({
    url: URL,
    bearer: async (afresh) => {
      shown.push(afresh)
      time += requestMs
      return `jwt-${afresh}`
    },
    say: (text) => void said.push(text),
    pause: async (ms) => {
      time += ms
    },
    now: () => time,
  })
  return { client, shown, said, post: () => client.post('/rollouts', { body: { a: 1 }, answer: begun }) }
}

it('shows a new identity when the last one is not taken, once', async () => {
  nock(URL, { reqheaders: { authorization: 'Bearer jwt-as-it-is' } })
    .post('/api/v1/rollouts')
    .reply(401)
  nock(URL, { reqheaders: { authorization: 'Bearer jwt-afresh' } })
    .post('/api/v1/rollouts')
    .reply(201, { rollout: 'o1' })
  const { post, shown } = open()
  expect(await post()).toEqual({ rollout: 'o1' })
  expect(shown).toEqual(['as-it-is', 'afresh'])
})

it('sends the same request again, under the same key, while nobody is at home', async () => {
  const keys: string[] = []
  const keep = (key: unknown) => keys.push(String(key)) > 0
  const seen = nock(URL).matchHeader('idempotency-key', keep)
  seen.post('/api/v1/rollouts', { a: 1 }).reply(503)
  // Its database is away: it says that it failed, and no more.
  const body = { type: '/api/docs#internal', title: 'It failed here.', status: 500, reason: 'internal' }
  nock(URL).matchHeader('idempotency-key', keep).post('/api/v1/rollouts').reply(500, body)
  nock(URL).matchHeader('idempotency-key', keep).post('/api/v1/rollouts').replyWithError('reset')
  nock(URL).matchHeader('idempotency-key', keep).post('/api/v1/rollouts').reply(201, { rollout: 'o1' })
  expect(await open().post()).toEqual({ rollout: 'o1' })
  expect(keys.length).toBeGreaterThanOrEqual(4)
  expect(new Set(keys).size).toBe(1)
})

it('asks once more, however long the first request hung: it may have done what it was for', async () => {
  nock(URL).post('/api/v1/rollouts').reply(504)
  nock(URL).post('/api/v1/rollouts').reply(201, { rollout: 'o1' })
  expect(await open(200_000).post()).toEqual({ rollout: 'o1' })
})

it('gives up at last', async () => {
  nock(URL).persist().post('/api/v1/rollouts').reply(502)
  const { post, said } = open()
  await expect(post()).rejects.toMatchObject({ code: 'no-answer' })
  expect(said).toEqual([`${URL} does not answer (502): asked again for 2m`])
})

it('tells a refusal by its reason, and keeps its facts', async () => {
  const body = {
    type: '/api/docs#lock-held',
    title: 'Locked.',
    status: 409,
    reason: 'lock-held',
    facts: { holder: 'ada' },
  }
  nock(URL).post('/api/v1/rollouts').reply(409, body)
  await expect(open().post()).rejects.toMatchObject({ code: 'lock-held', message: 'Locked.', facts: { holder: 'ada' } })
})

it('believes no answer that is not Houston’s', async () => {
  nock(URL).post('/api/v1/rollouts').reply(200, '<html>')
  await expect(open().post()).rejects.toMatchObject({ code: 'no-answer' })
})

it('follows no redirect with its identity', async () => {
  nock(URL).persist().post('/api/v1/rollouts').reply(302, '', { location: 'https://evil.example/' })
  const evil = nock('https://evil.example').get('/').reply(200, {})
  await expect(open().post()).rejects.toMatchObject({ code: 'no-answer' })
  expect(evil.isDone()).toBe(false)
})
