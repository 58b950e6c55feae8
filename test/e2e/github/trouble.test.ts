// GitHub is unwell and the server dies, in the middle of a rollout: the rollout goes on, the hosts begin each release once, and
// afterwards there is exactly one of each object.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { isContentWrite, type Request, type Trouble } from '../../support/github-stand-in/trouble.ts'
import type { Commit } from '../../support/github-stand-in/world.ts'
import { EVENTS } from './events.ts'
import { type House, OPEN_WITHIN_MS, openHouse, PRODUCTION } from './house.ts'
import { commentsOn, deploymentsOf, runsOf, settled, statesOf } from './records.ts'

let house: House

beforeAll(async () => {
  house = await openHouse(EVENTS)
}, OPEN_WITHIN_MS)

afterAll(async () => {
  const complaints = house?.github.complaints()
  await house?.close()
  expect(complaints).toEqual([])
})

function merge(branch: string): { commit: Commit; number: number } {
  const { github, shop, ada } = house
  const pull = github.people.openPull(shop, ada, { branch })
  return { commit: github.people.merge(shop, ada, pull), number: pull.number }
}

/** By what GitHub and the hosts hold, not by what Houston says. */
async function exactlyOneOfEach({ commit, number }: { commit: Commit; number: number }): Promise<void> {
  await settled(house, { sha: commit.sha, state: 'success', runs: PRODUCTION.length })
  await house.github.until('the comment tells the end', () =>
    commentsOn(house, number).some(({ body }) => /succeeded/i.test(body)),
  )
  expect(deploymentsOf(house.shop, { sha: commit.sha })).toHaveLength(1)
  expect(commentsOn(house, number)).toHaveLength(1)
  const names = runsOf(house, commit.sha).map(({ name }) => name)
  expect(names.sort()).toEqual(PRODUCTION.map((host) => `shop production / ${host}`))
  const begun = house.journal().filter((line) => line.endsWith(` ${commit.sha.slice(0, 10)}`))
  expect(begun.sort()).toEqual(PRODUCTION.map((host) => `${host} ${commit.sha.slice(0, 10)}`))
}

it('killed in the middle and started again: the rollout goes on, one of each', async () => {
  const { github, shop, server, hold, release } = house
  hold('web2')
  const merged = merge('killed')
  await github.until('a status', () =>
    deploymentsOf(shop, { sha: merged.commit.sha }).some(({ statuses }) => statuses.length > 0),
  )
  await server.end('SIGKILL')
  release()
  await server.start()
  await exactlyOneOfEach(merged)
})

it('a delivery that nobody took while the server was away is fetched and redelivered', async () => {
  const { server } = house
  await server.end('SIGKILL')
  const merged = merge('missed')
  await house.github.hook.idle()
  await server.start()
  await exactlyOneOfEach(merged)
})

it('GitHub away for the rest of a rollout: the hosts do not wait for it, and it is told everything afterwards', async () => {
  const { github, shop, server, hold, release } = house
  hold('web2')
  const merged = merge('outage')
  const { sha } = merged.commit
  await github.until('a status', () => deploymentsOf(shop, { sha }).some(({ statuses }) => statuses.length > 0))
  const away: Trouble = { kind: 'cut', when: 'before' }
  github.troubles.plan(away, { hits: () => true, times: Number.POSITIVE_INFINITY })
  const done = server.says('"succeeded"', sha.slice(0, 10))
  release()
  await done
  expect(statesOf(deploymentsOf(shop, { sha })[0])).not.toContain('success')
  github.troubles.end()
  await exactlyOneOfEach(merged)
})

const CUT: Trouble = { kind: 'cut', when: 'after' }
const ERROR: Trouble = { kind: 'error', status: 502, when: 'after' }

it.each<[string, [Trouble, (request: Request) => boolean, number][]]>([
  [
    'every first creation is done, and not answered',
    [
      [CUT, made('/deployments'), 1],
      [ERROR, made('/statuses'), 1],
      [CUT, made('/check-runs'), 2],
      [ERROR, made('/comments'), 1],
    ],
  ],
  [
    'limits, errors and slow answers',
    [
      [{ kind: 'secondary-limit', retryAfterS: 1 }, made('/check-runs'), 1],
      [{ kind: 'primary-limit', resetS: 1 }, made('/statuses'), 1],
      [{ kind: 'error', status: 503, when: 'before' }, isContentWrite, 1],
      [{ kind: 'slow', ms: 300 }, ({ method }) => method === 'GET', 10],
    ],
  ],
])('%s: the rollout goes on, one of each', async (_, troubles) => {
  const { github } = house
  const before = inflicted()
  for (const [trouble, hits, times] of troubles) github.troubles.plan(trouble, { hits, times })
  const merged = merge(`trouble-${before}`)
  await exactlyOneOfEach(merged)
  expect(inflicted() - before).toBe(troubles.reduce((sum, [, , times]) => sum + times, 0))
})

function made(what: string): (request: Request) => boolean {
  return ({ method, path }) => method === 'POST' && path.endsWith(what)
}

function inflicted(): number {
  return [...house.github.troubles.inflicted.values()].reduce((sum, times) => sum + times, 0)
}
