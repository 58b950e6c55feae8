// The clients: who they act as, what they repeat, and that the edge of these tests notices what GitHub would not take.

import { expect, it } from 'vitest'
import { repositoryPath } from '../../../src/adapters/github/repository.ts'
import { githubOf, octokitOf, openEdge, withTokens } from '../../support/github-edge.ts'

const path = repositoryPath('acme/shop')

it('an installation is looked up once, and again after it was forgotten', async () => {
  const edge = openEdge()
  withTokens(edge)
  edge.scope.get('/repos/acme/shop').times(3).reply(200, { id: 1 })
  const github = githubOf()
  const read = async () => (await github.of('acme/shop')).rest.repos.get(path)
  await Promise.all([read(), read()])
  const asked = () => edge.sent.filter((sent) => sent.path.endsWith('/installation')).length
  expect(asked()).toBe(1)
  github.forget('acme/shop')
  edge.scope.get('/repos/acme/shop/installation').reply(200, { id: 11 })
  await read()
  expect(asked()).toBe(2)
  // The token of the installation is kept.
  expect(edge.sent.filter((sent) => sent.path.endsWith('access_tokens'))).toHaveLength(1)
  edge.close()
})

it('an Enterprise Server is asked at its own address', async () => {
  const edge = openEdge('https://github.acme.dev')
  edge.scope.get('/api/v3/repos/acme/shop/installation').reply(404, { message: 'Not Found' })
  await expect(githubOf('https://github.acme.dev/api/v3').of('acme/shop')).rejects.toThrow('Not Found')
  edge.close()
})

it('a read is repeated twice, a write never', async () => {
  const edge = openEdge()
  edge.scope.get('/repos/acme/shop').times(2).reply(502).get('/repos/acme/shop').reply(200, { id: 1 })
  edge.scope.post('/repos/acme/shop/deployments').optionally().times(4).reply(502)
  const octokit = octokitOf()
  expect((await octokit.rest.repos.get(path)).data.id).toBe(1)
  await expect(octokit.rest.repos.createDeployment({ ...path, ref: 'main' })).rejects.toThrow()
  expect(edge.sent.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'POST'])
  edge.close()
})

it.each([
  ['a field that is none', (body: object) => ({ ...body, require_contexts: [] }), /body/],
  ['a wrong type', (body: object) => ({ ...body, auto_merge: 'no' }), /auto_merge/],
])('the edge notices %s', async (_, spoil, fault) => {
  const edge = openEdge()
  edge.scope.post('/repos/acme/shop/deployments').reply(201, { id: 1 })
  const request = { method: 'POST', url: '/repos/acme/shop/deployments', ...spoil({ ref: 'main' }) } as const
  await octokitOf().request(request)
  expect(() => edge.close()).toThrow(fault)
})

it('the edge notices an unknown route, an unknown parameter and an answer that nobody asked for', async () => {
  const edge = openEdge()
  edge.scope.get('/repos/acme/shop/deploys').reply(200, []).get('/user/1').query(true).reply(200, {})
  edge.scope.get('/repos/acme/shop').reply(200, {})
  await octokitOf().request('GET /repos/acme/shop/deploys')
  await octokitOf().request('GET /user/1?fields=all')
  expect(() => edge.close()).toThrow(/no such route[\s\S]*unknown parameter fields/)
})
