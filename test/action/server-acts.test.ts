// What a step asks of a server, word for word: the plan that it saw, the rollout that it means, the commit of the workflow.

import nock from 'nock'
import { afterEach, expect, it } from 'vitest'
import type { Verb } from '../../action/src/contract.ts'
import { readInputs, variableOf } from '../../action/src/inputs.ts'
import { openRunnerLog } from '../../action/src/runner-log.ts'
import { openServerWay } from '../../action/src/server/open-server.ts'
import { stepContext } from '../../action/src/step-context.ts'
import type { Way } from '../../action/src/way.ts'
import { reportRollout } from '../../src/core/report.ts'
import { reportPlan } from '../../src/core/report-plan.ts'
import { fleetOf, planOf } from '../support/plan-of.ts'

const SERVER = 'https://houston.acme.dev'
const PLAN = planOf({ fleet: fleetOf({ a: 1 }) })

afterEach(() => nock.cleanAll())

type Asked = { path: string; body: unknown }

/** `answers`: to what is posted, by the end of its path. */
async function open(verb: Verb, given: Readonly<Record<string, string>>, answers: Readonly<Record<string, object>>) {
  nock.cleanAll()
  const asked: Asked[] = []
  const environments = [
    { application: 'shop', environment: 'production', deploy: 'manual', confirms: false, locks: { queue: [] } },
  ]
  const latest = reportRollout({
    ...{ id: 'newest', requestedBy: { via: 'workflow', id: '7/1', name: 'ada' }, createdAt: 1, plan: PLAN },
    hosts: [{ phase: 'succeeded', attempt: 1 }],
    cursor: { phase: 'succeeded', stage: 0, forgiven: { fleet: 0, stage: 0, zones: [0] } },
  })
  const standing = { application: 'shop', environment: 'production', latest, locks: { queue: [] } }
  nock(SERVER).get('/api/v1/environments').reply(200, { environments })
  nock(SERVER).persist().get('/api/v1/environments/shop/production').reply(200, standing)
  nock(SERVER)
    .persist()
    .get(/\/plan$/)
    .reply(404, {})
  nock(SERVER)
    .persist()
    .post(/.*/)
    .reply(async (request: Request) => {
      const path = new URL(request.url).pathname.replace('/api/v1', '')
      asked.push({ path, body: await request.json() })
      const answer = Object.entries(answers).find(([end]) => path.endsWith(end))?.[1] ?? { rollout: 'o1' }
      return ['status' in answer ? Number(answer.status) : 201, JSON.stringify(answer)]
    })
  const all = { environment: 'production', server: SERVER, token: 'hst_secret', ...given }
  const inputs = readInputs(
    verb,
    Object.fromEntries(Object.entries(all).map(([name, text]) => [variableOf(name), text])),
  )
  if (inputs.kind !== 'ok') throw new Error(inputs.faults.join())
  const env = { GITHUB_REPOSITORY: 'acme/shop', GITHUB_SHA: 'c0ffee' }
  const log = openRunnerLog(() => {})
  const way: Way = await openServerWay(stepContext({ verb, inputs: inputs.inputs, env, log }))
  return { way, asked }
}

const PLACE = { application: 'shop', environment: 'production' }

it('carries out the plan that it showed, of the workflow’s commit', async () => {
  const { way, asked } = await open('deploy', {}, { '/plans': reportPlan(PLAN) })
  expect(await way.plan()).toMatchObject({ digest: PLAN.digest })
  expect(await way.begin()).toMatchObject({ kind: 'begun', rollout: 'o1', url: `${SERVER}/rollouts/o1` })
  expect(asked).toEqual([
    { path: '/plans', body: { ...PLACE, ref: 'c0ffee' } },
    { path: '/rollouts', body: { ...PLACE, ref: 'c0ffee', approvedDigest: PLAN.digest } },
  ])
})

it('takes what is named before the workflow’s commit', async () => {
  const { way, asked } = await open('deploy', { ref: 'v1' }, {})
  await way.begin()
  expect(asked).toEqual([{ path: '/rollouts', body: { ...PLACE, ref: 'v1' } }])
})

it('takes back the newest rollout that it saw, to what is named', async () => {
  const plain = await open('rollback', {}, {})
  await plain.way.begin()
  expect(plain.asked).toEqual([{ path: '/rollouts/newest/rollback', body: {} }])
  const named = await open('rollback', { ref: 'v1' }, {})
  await named.way.begin()
  expect(named.asked).toEqual([{ path: '/rollouts/newest/rollback', body: { to: 'v1' } }])
})

it('halts and takes back what it began itself, whatever began since; never to the ref that it deployed', async () => {
  const { way, asked } = await open('deploy', { ref: 'v2' }, { '/halt': { kind: 'accepted' } })
  await way.begin()
  await way.halt('o1')
  await way.rollback()
  expect(asked.slice(1)).toEqual([
    { path: '/rollouts/o1/halt', body: {} },
    { path: '/rollouts/o1/rollback', body: {} },
  ])
})

it('takes what runs already for no fault', async () => {
  const problem = {
    type: 'about:blank',
    title: 'Nothing to do.',
    status: 409,
    reason: 'nothing-to-do',
    facts: { release: 'v1', hosts: 1 },
  }
  const { way } = await open('deploy', {}, { '/plans': problem })
  expect(await way.plan()).toMatchObject({ kind: 'refused', reason: 'nothing-to-do', detail: { release: 'v1' } })
})
