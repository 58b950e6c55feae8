// Deliveries that were missed, at GitHub's edge: each is asked for once, and only when none of its attempts arrived.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { redeliverMissed } from '../../../src/adapters/github/redeliver.ts'
import { API, type Edge, octokitOf, openEdge } from '../../support/github-edge.ts'

let edge: Edge
beforeEach(() => {
  edge = openEdge()
})
afterEach(() => edge.close())

describe('redeliverMissed', () => {
  const delivery = (id: number, guid: string, status_code: number, minute: number) => ({
    ...{ id, guid, status_code, delivered_at: `2026-11-21T10:${minute}:00Z`, event: 'push' },
  })

  it('asks once for each that never arrived, the oldest first, page by page', async () => {
    const next = `<${API}/app/hook/deliveries?per_page=100&cursor=v1_2>; rel="next"`
    edge.scope
      .get('/app/hook/deliveries')
      .query({ per_page: 100 })
      .reply(200, [delivery(9, 'x', 502, 50), delivery(8, 'y', 200, 49), delivery(7, 'z', 0, 48)], { link: next })
    edge.scope
      .get('/app/hook/deliveries')
      .query({ per_page: 100, cursor: 'v1_2' })
      .reply(200, [delivery(6, 'y', 500, 47), delivery(5, 'x', 500, 46), delivery(4, 'old', 500, 10)], { link: next })
    edge.scope.post('/app/hook/deliveries/7/attempts').reply(202, {})
    edge.scope.post('/app/hook/deliveries/9/attempts').reply(202, {})
    const since = Date.parse('2026-11-21T10:30:00Z')
    // The client signs as the App where routes want it; a token does for the edge.
    expect(await redeliverMissed(octokitOf(), { since, most: 10 })).toEqual({ asked: 2, missed: 2 })
    const asked = edge.sent.filter(({ method }) => method === 'POST').map(({ path: each }) => each)
    expect(asked).toEqual(['/app/hook/deliveries/7/attempts', '/app/hook/deliveries/9/attempts'])
  })
})
