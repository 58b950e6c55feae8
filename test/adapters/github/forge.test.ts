// The port `Forge` against GitHub's edge: what each object becomes on the wire, how it is found again, and what each way to
// fail means. Every request is held against GitHub's own description.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createForge } from '../../../src/adapters/github/forge.ts'
import type { ForgeContent, ForgeObject } from '../../../src/core/project-forge.ts'
import { API, APP_ID, type Edge, githubOf, openEdge, withTokens } from '../../support/github-edge.ts'

const repository = 'acme/shop'
const commit = 'a'.repeat(40)
const marker = 'ro1/thing/1'
const never = new AbortController().signal

const deployment: ForgeContent<'deployment'> = {
  ...{ kind: 'deployment', repository, commit, environment: 'production', production: true, task: 'deploy' },
  description: `deploy v1 by\u202e ann ${'x'.repeat(200)}`,
}
const status: ForgeContent<'deployment-status'> = {
  ...{ kind: 'deployment-status', repository, state: 'in_progress', description: 'running' },
  ...{ logUrl: 'https://houston.acme.dev/r/1', environmentUrl: 'https://shop.acme.dev' },
}
const checkRun: ForgeContent<'check-run'> = {
  ...{
    kind: 'check-run',
    repository,
    commit,
    name: 'shop production / eu-1',
    status: 'completed',
    conclusion: 'failure',
  },
  ...{ title: 'failed', summary: 's\n'.repeat(40_000), text: 't\n'.repeat(40_000), startedAt: 0, completedAt: 1_000 },
  actions: ['a', 'b', 'c', 'd'].map((name) => ({
    ...{ identifier: name.repeat(30), label: name.repeat(30), description: name.repeat(60) },
  })),
}
const comment: ForgeContent<'comment'> = { kind: 'comment', repository, issue: 12, body: 'hello' }
const reaction: ForgeContent<'reaction'> = { kind: 'reaction', repository, comment: 99, content: 'rocket' }

let edge: Edge
beforeEach(() => {
  edge = openEdge()
  withTokens(edge)
})
afterEach(() => edge.close())

const forge = () => createForge(githubOf())
const lastBody = () => edge.sent.at(-1)?.body
const create = (content: ForgeObject, parent?: string) =>
  forge().create({ marker, content, ...(parent !== undefined && { parent }) }, never)
const find = (content: ForgeObject, parent?: string) =>
  forge().find({ marker, content, ...(parent !== undefined && { parent }) }, never)

describe('a deployment', () => {
  it('merges nothing, waits for nothing and carries its marker', async () => {
    edge.scope.post('/repos/acme/shop/deployments').reply(201, { id: 5 })
    expect(await create(deployment)).toEqual({ kind: 'done', id: '5' })
    const body = lastBody()
    expect(body).toMatchObject({
      ...{ ref: commit, task: 'deploy', environment: 'production', payload: { houston: marker } },
      ...{ auto_merge: false, required_contexts: [], production_environment: true, transient_environment: false },
      description: expect.stringMatching(/^deploy v1 by\\u\{202e\} ann x{50,}…$/),
    })
    expect(body).toHaveProperty('description.length', 140)
  })

  it('is refused when GitHub merged instead of creating one', async () => {
    edge.scope.post('/repos/acme/shop/deployments').reply(202, { message: 'Auto-merged main into x' })
    expect(await create(deployment)).toMatchObject({ kind: 'refused' })
  })

  it('is refused on a conflict', async () => {
    edge.scope.post('/repos/acme/shop/deployments').reply(409, { message: 'Conflict' })
    expect(await create(deployment)).toMatchObject({ kind: 'refused' })
  })

  it('is found on a later page, whichever way its payload comes back', async () => {
    const query = { sha: commit, environment: 'production', task: 'deploy', per_page: 100 }
    const next = `<${API}/repos/acme/shop/deployments?sha=${commit}&page=2>; rel="next"`
    const others = [
      { id: 1, payload: '' },
      { id: 2, payload: { houston: 'ro1/thing/11' } },
      { id: 3, payload: 'x{' },
    ]
    edge.scope
      .get('/repos/acme/shop/deployments')
      .query({ ...query, page: 1 })
      .reply(200, others, { link: next })
    edge.scope
      .get('/repos/acme/shop/deployments')
      .query({ ...query, page: 2 })
      .reply(200, [{ id: 4, payload: JSON.stringify({ houston: marker }) }])
    expect(await find(deployment)).toEqual({ kind: 'found', id: '4' })
  })

  it("is somebody else's when it was adopted", async () => {
    expect(await create({ ...deployment, adopted: 77 })).toEqual({ kind: 'done', id: '77' })
    expect(edge.sent.filter(({ path }) => path.includes('deployments'))).toEqual([])
  })
})

describe('a deployment status', () => {
  it('hangs under its deployment and leaves others alone', async () => {
    edge.scope.post('/repos/acme/shop/deployments/5/statuses').reply(201, { id: 6 })
    expect(await create(status, '5')).toEqual({ kind: 'done', id: '6' })
    expect(lastBody()).toEqual({
      ...{ state: 'in_progress', description: 'running', auto_inactive: false },
      ...{ log_url: status.logUrl, environment_url: status.environmentUrl },
    })
  })

  const ours = { performed_via_github_app: { id: APP_ID } }
  it.each([
    ['the newest of ours says the same', [{ id: 2, state: 'in_progress', description: 'running', ...ours }], 'found'],
    [
      'a newer one of ours says something else',
      [
        { id: 2, state: 'in_progress', description: 'running', ...ours },
        { id: 3, state: 'success', description: 'done', ...ours },
      ],
      'absent',
    ],
    [
      "somebody else's says the same",
      [{ id: 2, state: 'in_progress', description: 'running', performed_via_github_app: null }],
      'absent',
    ],
    ['there is none', [], 'absent'],
  ])('is looked up: %s', async (_, list, kind) => {
    edge.scope.get('/repos/acme/shop/deployments/5/statuses').query(true).reply(200, list)
    expect(await find(status, '5')).toMatchObject({ kind })
  })

  it('is gone with its deployment', async () => {
    edge.scope.post('/repos/acme/shop/deployments/5/statuses').reply(404, { message: 'Not Found' })
    expect(await create(status, '5')).toEqual({ kind: 'gone' })
  })
})

describe('a check run', () => {
  it("stays inside GitHub's limits", async () => {
    edge.scope.post('/repos/acme/shop/check-runs').reply(201, { id: 8 })
    expect(await create(checkRun)).toEqual({ kind: 'done', id: '8' })
    expect(lastBody()).toMatchObject({
      ...{ head_sha: commit, external_id: marker, status: 'completed', conclusion: 'failure' },
      ...{ started_at: '1970-01-01T00:00:00.000Z', completed_at: '1970-01-01T00:00:01.000Z' },
      actions: [{ identifier: 'a'.repeat(20) }, {}, {}],
    })
  })

  it('goes on again without a conclusion', async () => {
    edge.scope.patch('/repos/acme/shop/check-runs/8').reply(200, { id: 8 })
    const { conclusion: _conclusion, ...rest } = checkRun
    const content: ForgeObject = { ...rest, status: 'in_progress', actions: [] }
    expect(await forge().update('8', { marker, content }, never)).toEqual({ kind: 'done', id: '8' })
    expect(lastBody()).not.toHaveProperty('conclusion')
    expect(lastBody()).not.toHaveProperty('completed_at')
  })

  it('is found by its external id among those of this App', async () => {
    const query = { check_name: checkRun.name, app_id: APP_ID, filter: 'all', per_page: 100, page: 1 }
    edge.scope
      .get(`/repos/acme/shop/commits/${commit}/check-runs`)
      .query(query)
      .reply(200, {
        total_count: 2,
        check_runs: [
          { id: 1, external_id: 'ro1/thing/2' },
          { id: 2, external_id: marker },
        ],
      })
    expect(await find(checkRun)).toEqual({ kind: 'found', id: '2' })
  })
})

describe('a comment', () => {
  it('carries its marker where nobody sees it, and is changed in place', async () => {
    edge.scope.post('/repos/acme/shop/issues/12/comments').reply(201, { id: 3 })
    expect(await create(comment)).toEqual({ kind: 'done', id: '3' })
    expect(lastBody()).toEqual({ body: `<!-- houston:${marker} -->\nhello` })
  })

  it('is updated by its id', async () => {
    edge.scope.patch('/repos/acme/shop/issues/comments/3').reply(200, { id: 3 })
    expect(await forge().update('3', { marker, content: comment }, never)).toEqual({ kind: 'done', id: '3' })
  })

  it('is found only among those of this App: anybody can copy a marker', async () => {
    const body = `<!-- houston:${marker} -->\nhello`
    edge.scope
      .get('/repos/acme/shop/issues/12/comments')
      .query(true)
      .reply(200, [
        { id: 1, body, performed_via_github_app: null },
        { id: 2, body, performed_via_github_app: { id: APP_ID + 1 } },
        { id: 3, body: `> ${body}`, performed_via_github_app: { id: APP_ID } },
        { id: 4, body, performed_via_github_app: { id: APP_ID } },
      ])
    expect(await find(comment)).toEqual({ kind: 'found', id: '4' })
  })
})

describe('a reaction', () => {
  it('is created, as often as one likes', async () => {
    edge.scope.post('/repos/acme/shop/issues/comments/99/reactions').reply(200, { id: 1 })
    expect(await create(reaction)).toEqual({ kind: 'done', id: '1' })
    expect(lastBody()).toEqual({ content: 'rocket' })
  })
})

describe('an answer that is none', () => {
  const date = 'Sat, 21 Nov 2026 11:00:00 GMT'
  const reset = String(Date.parse(date) / 1_000 + 90)
  const cases: [name: string, status: number, body: object, headers: Record<string, string>, outcome: object][] = [
    ['429', 429, {}, { 'retry-after': '7' }, { kind: 'limited', retryAfterMs: 7_000 }],
    ['429 without a time', 429, {}, {}, { kind: 'limited' }],
    ['403 secondary', 403, { message: 'You have exceeded a secondary rate limit' }, {}, { kind: 'limited' }],
    [
      '403 with a time',
      403,
      { message: 'slow down' },
      { 'retry-after': '60' },
      { kind: 'limited', retryAfterMs: 60_000 },
    ],
    [
      '403 exhausted',
      403,
      { message: 'API rate limit exceeded' },
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset, date },
      { kind: 'limited', retryAfterMs: 90_000 },
    ],
    ['403 without the right', 403, { message: 'Resource not accessible by integration' }, {}, { kind: 'refused' }],
    ['422', 422, { message: 'Validation Failed' }, {}, { kind: 'refused' }],
    ['410', 410, { message: 'This issue was deleted' }, {}, { kind: 'gone' }],
    ['404', 404, { message: 'Not Found' }, {}, { kind: 'gone' }],
    ['500', 500, {}, {}, { kind: 'unsure' }],
    ['502', 502, {}, {}, { kind: 'unsure' }],
  ]
  it.each(cases)('%s', async (_, code, body, headers, outcome) => {
    edge.scope.post('/repos/acme/shop/issues/12/comments').optionally().times(4).reply(code, body, headers)
    expect(await create(comment)).toMatchObject(outcome)
    // Sent once: a write is never repeated here.
    expect(edge.sent.filter(({ method, path }) => method === 'POST' && path.endsWith('comments'))).toHaveLength(1)
  })

  it('a cut connection leaves it unsure, and the write was sent once', async () => {
    edge.scope.post('/repos/acme/shop/issues/12/comments').optionally().times(4).replyWithError('socket hang up')
    expect(await create(comment)).toMatchObject({ kind: 'unsure' })
    expect(edge.sent.filter(({ path }) => path.endsWith('comments'))).toHaveLength(1)
  })

  it('a read of a look-up is not repeated either', async () => {
    edge.scope.get('/repos/acme/shop/issues/12/comments').query(true).optionally().times(4).reply(502)
    expect(await find(comment)).toMatchObject({ kind: 'unsure' })
    expect(edge.sent.filter(({ path }) => path.includes('comments'))).toHaveLength(1)
  })

  it('a look-up on what is gone finds nothing', async () => {
    edge.scope.get('/repos/acme/shop/issues/12/comments').query(true).reply(404, { message: 'Not Found' })
    expect(await find(comment)).toEqual({ kind: 'absent' })
  })

  it('ends at once when its job is lost, whatever the reason', async () => {
    const lost = AbortSignal.abort(new Error('another has it'))
    expect(await forge().create({ marker, content: comment }, lost)).toMatchObject({ kind: 'unsure' })
  })
})
