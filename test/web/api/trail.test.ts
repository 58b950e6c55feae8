// A rollout's trail, page after page: all of it, once, and no page more than there is.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { trail } from '../../../src/web/api/schema/rollout.ts'
import { type ApiHouse, openApiHouse } from '../../support/api-house.ts'

let api: ApiHouse
let path = ''
beforeAll(async () => {
  api = await openApiHouse()
  const body = { application: 'shop', environment: 'production', ref: 'r1' }
  const begun = await api.ask('POST', '/api/v1/rollouts', { body })
  path = `/api/v1/rollouts/${z.object({ rollout: z.string() }).parse(begun.body).rollout}/trail`
  await api.house.engine.idle()
})
afterAll(() => api.close())

const read = async (query: string) => trail.parse((await api.ask('GET', `${path}?${query}`)).body)

it.each([1, 2, 3, 200])('by %i', async (limit) => {
  const { entries: whole } = await read('limit=200')
  expect(whole.length).toBeGreaterThan(5)
  const all: unknown[] = []
  let pages = 0
  for (let cursor: string | undefined = '0'; cursor !== undefined; pages += 1) {
    const page: z.infer<typeof trail> = await read(`limit=${limit}&cursor=${cursor}`)
    expect(page.entries.length).toBeLessThanOrEqual(limit)
    all.push(...page.entries)
    cursor = page.next
  }
  expect(all).toEqual(whole)
  expect(pages).toBe(Math.ceil(whole.length / limit))
})

it('nothing is after the end', async () => {
  expect(await read('cursor=99999')).toEqual({ entries: [] })
})
