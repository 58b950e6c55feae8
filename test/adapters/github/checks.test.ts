// A commit's checks at GitHub's edge: green only when everything that counts is there, finished and well (THREATS.md, case 19).

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readChecks } from '../../../src/adapters/github/read-checks.ts'
import { repositoryPath } from '../../../src/adapters/github/repository.ts'
import { API, APP_ID, type Edge, octokitOf, openEdge } from '../../support/github-edge.ts'

const commit = 'a'.repeat(40)
const C = `/repos/acme/shop/commits/${commit}`

let edge: Edge
beforeEach(() => {
  edge = openEdge()
})
afterEach(() => edge.close())

type Run = { name: string; status: string; conclusion: string | null; app: { id: number } }
type World = { suites?: object[]; runs?: Run[]; total?: number; statuses?: { context: string; state: string }[] }

const run = (name: string, conclusion: string | null = 'success', status = 'completed', app = 1): Run => {
  return { name, status, conclusion, app: { id: app } }
}

function answer({ suites = [], runs = [], total = runs.length, statuses = [] }: World): void {
  edge.scope.get(`${C}/check-suites`).query(true).reply(200, { total_count: suites.length, check_suites: suites })
  edge.scope.get(`${C}/check-runs`).query(true).reply(200, { total_count: total, check_runs: runs })
  edge.scope.get(`${C}/status`).query(true).reply(200, { total_count: statuses.length, statuses })
}

function protect(checks: object[], contexts: string[], rules: object[] | 404 = []): void {
  const protection = { required_status_checks: { checks, contexts } }
  edge.scope.get('/repos/acme/shop/branches/main').reply(200, { name: 'main', protection })
  edge.scope
    .get('/repos/acme/shop/rules/branches/main')
    .query(true)
    .reply(rules === 404 ? 404 : 200, rules === 404 ? {} : rules)
}

const ask = (which: 'all' | 'required' = 'all') =>
  readChecks(octokitOf(), repositoryPath('acme/shop'), { commit, which, branch: 'main', ownAppId: APP_ID })

describe('all checks', () => {
  const suite = (status: string, runs = 1, app = 1) => ({
    ...{ id: 5, app: { id: app, slug: 'ci' }, status, latest_check_runs_count: runs },
  })
  const cases: [name: string, world: World, kind: string][] = [
    ['green', { suites: [suite('completed')], runs: [run('a'), run('b', 'skipped'), run('c', 'neutral')] }, 'green'],
    ['green by statuses', { statuses: [{ context: 'ci', state: 'success' }] }, 'green'],
    ['none has reported', {}, 'pending'],
    ['only our own', { runs: [run('shop production / eu', 'success', 'completed', APP_ID)] }, 'pending'],
    ['our own failed', { runs: [run('a'), run('host', 'failure', 'completed', APP_ID)] }, 'green'],
    ['one runs', { runs: [run('a'), run('b', null, 'in_progress')] }, 'pending'],
    ['one is re-run', { suites: [suite('queued')], runs: [run('a')] }, 'pending'],
    ['an App that never reports', { suites: [suite('queued', 0)], runs: [run('a')] }, 'green'],
    ['one failed', { runs: [run('a'), run('b', 'failure'), run('c', null, 'queued')] }, 'failed'],
    ['one was cancelled', { runs: [run('a', 'cancelled')] }, 'failed'],
    ['an unknown conclusion', { runs: [run('a'), run('b', 'splendid')] }, 'unclear'],
    ['an unknown status', { runs: [run('a', 'success', 'dreaming')] }, 'unclear'],
    ['completed without a conclusion', { runs: [run('a', null)] }, 'unclear'],
    ['fewer than were announced', { runs: [run('a')], total: 2 }, 'unclear'],
    ['a status fails', { runs: [run('a')], statuses: [{ context: 'ci', state: 'error' }] }, 'failed'],
    ['a status waits', { runs: [run('a')], statuses: [{ context: 'ci', state: 'pending' }] }, 'pending'],
  ]
  it.each(cases)('%s', async (_, world, kind) => {
    answer(world)
    expect(await ask()).toMatchObject({ kind })
  })

  it('looks at every page', async () => {
    const runs = Array.from({ length: 100 }, (_, index) => run(`check ${index}`))
    const next = `<${API}${C}/check-runs?filter=latest&per_page=100&page=2>; rel="next"`
    const page = (number: number) => ({ filter: 'latest', per_page: 100, page: number })
    edge.scope.get(`${C}/check-suites`).query(true).reply(200, { total_count: 0, check_suites: [] })
    edge.scope.get(`${C}/check-runs`).query(page(1)).reply(200, { total_count: 101, check_runs: runs }, { link: next })
    const last = { total_count: 101, check_runs: [run('the last', 'failure')] }
    edge.scope.get(`${C}/check-runs`).query(page(2)).reply(200, last)
    edge.scope.get(`${C}/status`).query(true).reply(200, { total_count: 0, statuses: [] })
    expect(await ask()).toEqual({ kind: 'failed', why: ['the last'] })
  })

  it.each([409, 500])('a page that fails with %i is no answer', async (status) => {
    edge.scope.get(`${C}/check-suites`).query(true).reply(200, { total_count: 0, check_suites: [] })
    const runs = edge.scope.get(`${C}/check-runs`).query(true)
    runs.times(status === 500 ? 3 : 1).reply(status)
    await expect(ask()).rejects.toThrow()
  })
})

describe('required checks', () => {
  const rule = (context: string, integration_id?: number) => ({
    type: 'required_status_checks',
    parameters: { required_status_checks: [{ context, ...(integration_id !== undefined && { integration_id }) }] },
  })

  it('are those of the protection and of the rules', async () => {
    answer({ runs: [run('a'), run('b'), run('other', 'failure')], statuses: [{ context: 'c', state: 'success' }] })
    protect([{ context: 'a', app_id: 1 }], ['a', 'c'], [{ type: 'deletion' }, rule('b')])
    expect(await ask('required')).toEqual({ kind: 'green' })
  })

  it.each([
    ['is missing', [run('b')], 'pending'],
    ['comes from another App', [run('a', 'success', 'completed', 2)], 'pending'],
    ['failed', [run('a', 'failure')], 'failed'],
  ])('one that %s', async (_, runs, kind) => {
    answer({ runs })
    protect([{ context: 'a', app_id: 1 }], [], 404)
    expect(await ask('required')).toEqual({ kind, why: ['a'] })
  })

  it('with none required nothing is green', async () => {
    answer({ runs: [run('a')] })
    protect([], [])
    expect(await ask('required')).toMatchObject({ kind: 'unclear' })
  })
})
