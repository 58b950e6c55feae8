// Case 9: what GitHub could not deliver is asked for again, by one process, from where the last round ended; and not for ever.

import { generateKeyPairSync } from 'node:crypto'
import nock from 'nock'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createGithub } from '../../../../src/adapters/github/octokit.ts'
import { AT_START, fetchMissed } from '../../../../src/apps/github/door/fetch-missed.ts'
import { Secret } from '../../../../src/core/secret.ts'
import { memoryRounds } from '../../../support/memory-rounds.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const { app } = createGithub({
  ...{ appId: 7, webhookSecret: new Secret('irrelevant here'), apiUrl: 'https://api.github.com' },
  privateKey: new Secret(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
})

type Attempt = { id: number; guid?: string; code: number; ageMs: number; redelivery?: boolean }

let now: number
let rounds: ReturnType<typeof memoryRounds>
let told: [number, number][]
beforeEach(async () => {
  nock.disableNetConnect()
  now = Date.now() - 10 * HOUR_MS
  rounds = memoryRounds(() => now)
  told = []
  github([])
  await look()
  now = Date.now()
})
afterEach(() => {
  const left = nock.pendingMocks()
  nock.cleanAll()
  nock.enableNetConnect()
  expect(left).toEqual([])
})

function look(on = rounds, when?: typeof AT_START): Promise<void> {
  const failed = (fault: Error) => {
    throw fault
  }
  return fetchMissed({ rounds: on, app: () => app, told: (...counts) => told.push(counts), failed }, when)
}

/** What GitHub lists, the newest first, and which of it must be asked for, in this order. */
function github(attempts: readonly Attempt[], asked: readonly number[] = []): void {
  const list = attempts.map(({ id, guid = `g${id}`, code, ageMs, redelivery = false }) => {
    return { id, guid, status_code: code, delivered_at: new Date(Date.now() - ageMs).toISOString(), redelivery }
  })
  nock('https://api.github.com').get('/app/hook/deliveries?per_page=100').reply(200, list)
  for (const id of asked) nock('https://api.github.com').post(`/app/hook/deliveries/${id}/attempts`).reply(202, {})
}

it.each<[string, Attempt[], number[]]>([
  ['nothing was missed', [{ id: 1, code: 202, ageMs: 0 }], []],
  [
    'an outage: the oldest first',
    [
      { id: 3, code: 0, ageMs: MINUTE_MS },
      { id: 2, code: 503, ageMs: HOUR_MS },
      { id: 1, code: 502, ageMs: 9 * HOUR_MS },
    ],
    [1, 2, 3],
  ],
  [
    'it has arrived meanwhile',
    [
      { id: 2, guid: 'g', code: 202, ageMs: 0, redelivery: true },
      { id: 1, guid: 'g', code: 503, ageMs: MINUTE_MS },
    ],
    [],
  ],
  ['it would be refused again', [400, 413, 415].map((code) => ({ id: code, code, ageMs: 0 })), []],
  ['a wrong secret that was corrected', [{ id: 1, code: 401, ageMs: 0 }], [1]],
  ['it failed again a moment ago', [{ id: 1, code: 500, ageMs: MINUTE_MS, redelivery: true }], []],
  ['it failed again a while ago', [{ id: 1, code: 500, ageMs: 31 * MINUTE_MS, redelivery: true }], [1]],
  ['it is from before this server was there', [{ id: 1, code: 500, ageMs: 12 * HOUR_MS }], []],
])('%s', async (_, attempts, asked) => {
  github(attempts, asked)
  await look()
  expect(told).toEqual(asked.length === 0 ? [] : [[asked.length, asked.length]])
})

it('of several processes one looks, and none again before the next round', async () => {
  github([{ id: 1, code: 503, ageMs: 0 }], [1])
  await Promise.all([look(), look(), look()])
  await look()
  expect(told).toEqual([[1, 1]])
})

it('a process that starts looks at once, however lately a round was; but not each of many that start together', async () => {
  github([])
  await look()
  // Replaced by a newer version, say; what came meanwhile must not wait for the next round.
  now += 60_000
  github([{ id: 1, code: 502, ageMs: 0 }], [1])
  await Promise.all([look(rounds, AT_START), look(rounds, AT_START)])
  expect(told).toEqual([[1, 1]])
})

it('a round that failed is begun again from the same place', async () => {
  nock('https://api.github.com').get('/app/hook/deliveries?per_page=100').reply(403, { message: 'no' })
  await expect(look()).rejects.toThrow('no')
  now += 6 * MINUTE_MS
  github([{ id: 1, code: 503, ageMs: 9 * HOUR_MS }], [1])
  await look()
})

it('a flood is asked for in parts, and nothing of it is lost', async () => {
  const flood = Array.from({ length: 150 }, (_, index) => ({ id: 150 - index, code: 503, ageMs: 9 * HOUR_MS + index }))
  const ids = flood.map(({ id }) => id).reverse()
  github(flood, ids.slice(0, 100))
  await look()
  now += 6 * MINUTE_MS
  const arrived = flood.map((one) => (one.id <= 100 ? { ...one, code: 202 } : one))
  github(arrived, ids.slice(100))
  await look()
  now += 6 * MINUTE_MS
  github([])
  await look()
  expect(told).toEqual([
    [100, 150],
    [50, 50],
  ])
})

it('without an App nobody is asked, and no round is used up', async () => {
  const fresh = memoryRounds(() => now)
  await fetchMissed({ rounds: fresh, app: () => undefined, told: () => {}, failed: () => {} })
  expect(await fresh.begin('github-missed', 0)).toBeDefined()
})
