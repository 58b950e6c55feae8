// Who somebody is by a token or a workflow's job, and that neither is ever more than its scopes (THREATS.md 10, 14, 30).

import nock from 'nock'
import { afterEach, describe, expect, it } from 'vitest'
import { createWorkflowProof } from '../../../src/adapters/github/workflow-identity.ts'
import { scopesCover } from '../../../src/core/scope.ts'
import { signedIn, tokenDesk } from '../../../src/web/sign-in/token.ts'
import type { Known } from '../../../src/web/who.ts'
import { API } from '../../support/github-edge.ts'
import { ORIGIN, openSignInHouse, signIn } from '../../support/sign-in-house.ts'
import { makeSigner, publishKeys } from '../../support/workflow-token.ts'

const adaInPerson: Known = { kind: 'known', by: 'session', person: { via: 'github', id: '42', name: 'ada' } }
const scopes = [{ may: 'look' as const }]
const bearer = (text: string) => ({ headers: { authorization: `Bearer ${text}` } })

function house() {
  const opened = openSignInHouse()
  let ids = 0
  const desk = tokenDesk(opened.identity, adaInPerson, () => `t${++ids}`)
  if (!desk) throw new Error('ada has no tokens')
  return { ...opened, desk }
}

describe('a token', () => {
  it('is told once, and is its owner at the API, with its scopes', async () => {
    const { desk, browser } = house()
    const { token, text } = await desk.make({ name: 'ci', scopes })
    expect(text).toMatch(/^hst_[\w-]{43}$/)
    expect(JSON.stringify([token, await desk.list()])).not.toContain(text.slice(4))
    expect(await (await browser().visit('/api/v1/who', bearer(text))).json()).toEqual({
      ...{ kind: 'known', by: 'token', scopes: [{ may: 'look' }] },
      person: { via: 'github', id: '42', name: 'ada', door: 'api' },
    })
  })

  it('needs no origin: no browser sends it by itself', async () => {
    const { desk, browser } = house()
    const { text } = await desk.make({ name: 'ci', scopes })
    const headers = { ...bearer(text).headers, origin: 'https://evil.dev' }
    expect((await browser().visit('/api/v1/who', { method: 'POST', headers })).status).toBe(200)
  })

  it('is nothing at the pages', async () => {
    const { desk, browser } = house()
    const { text } = await desk.make({ name: 'ci', scopes })
    expect(await (await browser().visit('/who', bearer(text))).json()).toEqual({ kind: 'nobody' })
  })

  it('is nothing any more once it is revoked or past its time', async () => {
    const { desk, browser, time } = house()
    const { text } = await desk.make({ name: 'ci', scopes, forMs: 1_000 })
    time.now += 1_000
    expect((await browser().visit('/api/v1/who', bearer(text))).status).toBe(401)
    const other = await desk.make({ name: 'ci', scopes })
    expect(await desk.revoke('t2')).toBe(true)
    expect((await browser().visit('/api/v1/who', bearer(other.text))).status).toBe(401)
  })

  it('that is wrong is refused, even beside a good cookie, and after twenty of them no job is looked at', async () => {
    const opened = house()
    const browser = opened.browser()
    await signIn(opened, browser)
    const wrong = await browser.visit('/api/v1/who', bearer('hst_wrong'))
    expect([wrong.status, wrong.headers.get('www-authenticate')]).toEqual([401, 'Bearer error="invalid_token"'])
    for (let index = 1; index < 20; index += 1)
      expect((await browser.visit('/api/v1/who', bearer(`hst_${index}`))).status).toBe(401)
    expect((await browser.visit('/api/v1/who', bearer('a.b.c'))).status).toBe(429)
    const { text } = await opened.desk.make({ name: 'ci', scopes })
    expect((await browser.visit('/api/v1/who', bearer(text))).status).toBe(200)
  })

  it('makes no tokens and sees none, nor does a workflow or whoever works alone', () => {
    const { identity } = house()
    const others: Known['by'][] = ['token', 'workflow', 'alone']
    for (const by of others) {
      expect(tokenDesk(identity, { ...adaInPerson, by, scopes: [{ may: 'act' }] }, () => 't2')).toBeUndefined()
      expect(signedIn({ ...adaInPerson, by })).toBeUndefined()
    }
    expect(tokenDesk(identity, { kind: 'nobody' }, () => 't2')).toBeUndefined()
  })
})

describe('a workflow’s job', () => {
  afterEach(() => nock.cleanAll())
  const asked = async (over: Record<string, unknown>) => {
    const signer = await makeSigner()
    publishKeys(signer)
    const opened = openSignInHouse({ workflows: createWorkflowProof(API, ORIGIN) })
    return await opened.browser().visit('/api/v1/who', bearer(await signer.sign(over)))
  }

  it('is its repository’s and its actor’s, by their numbers, and acts on its environment alone', async () => {
    const who = await (await asked({})).json()
    expect(who).toEqual({
      ...{ kind: 'known', by: 'workflow' },
      person: { via: 'workflow', id: '74/42', name: 'acme/shop (ada)', door: 'action' },
      scopes: [{ may: 'look' }, { may: 'act', environment: 'production' }],
    })
  })

  it('run again it is nobody’s that is known: the token names only who ran it first', async () => {
    expect(await (await asked({ run_attempt: '2' })).json()).toMatchObject({ person: { id: '74/unknown' } })
  })

  it('without an environment only looks', async () => {
    expect(await (await asked({ environment: undefined })).json()).toMatchObject({ scopes: [{ may: 'look' }] })
  })

  it('for another server is nobody', async () => {
    expect((await asked({ aud: 'https://houston.evil.dev' })).status).toBe(401)
  })

  it('is not judged while GitHub’s keys cannot be had', async () => {
    nock('https://token.actions.githubusercontent.com').get('/.well-known/jwks').reply(503)
    const opened = openSignInHouse({ workflows: createWorkflowProof(API, ORIGIN) })
    const answer = await opened.browser().visit('/api/v1/who', bearer(await (await makeSigner()).sign()))
    expect(answer.status).toBe(503)
    expect(opened.faults).toHaveLength(1)
  })
})

describe('scopes', () => {
  const prod = { application: 'shop', environment: 'production' }
  it.each([
    [undefined, { may: 'act', ...prod }, true],
    [[], { may: 'look', ...prod }, false],
    [[{ may: 'look' }], { may: 'look', ...prod }, true],
    [[{ may: 'look' }], { may: 'look' }, true],
    [[{ may: 'look' }], { may: 'act', ...prod }, false],
    [[{ may: 'act' }], { may: 'look', ...prod }, true],
    [[{ may: 'act', application: 'shop' }], { may: 'act', ...prod }, true],
    [[{ may: 'act', application: 'shop' }], { may: 'act', application: 'blog', environment: 'production' }, false],
    [[{ may: 'act', application: 'shop' }], { may: 'look' }, false],
    [[{ may: 'act', ...prod }], { may: 'act', ...prod }, true],
    [[{ may: 'act', ...prod }], { may: 'act', application: 'shop', environment: 'staging' }, false],
    [[{ may: 'act', ...prod }], { may: 'look', application: 'shop' }, false],
    [[{ may: 'act', application: 'shop', environment: 'prod' }], { may: 'act', ...prod }, false],
    [[{ may: 'look' }, { may: 'act', environment: 'production' }], { may: 'act', ...prod }, true],
  ] as const)('%j for %j: %s', (given, wish, covered) => expect(scopesCover(given, wish)).toBe(covered))
})
