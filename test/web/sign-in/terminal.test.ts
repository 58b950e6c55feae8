// A terminal asks, and somebody who is signed in says yes or no: what they are shown, and everything that must not bring anybody's
// terminal in (THREATS.md 14, 21, 30).

import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { readScopes, writeScopes } from '../../../src/web/sign-in/scope-text.ts'
import { ORIGIN, openSignInHouse, type SignInHouse, signIn } from '../../support/sign-in-house.ts'
import type { Browser } from '../../support/web-browser.ts'

const MINUTE_MS = 60_000
const mallory = { id: '66', login: 'mallory' }

let house: SignInHouse
let browser: Browser
beforeEach(async () => {
  house = openSignInHouse()
  browser = house.browser()
  await signIn(house, browser)
})

const asked = (machine = 'laptop', scope = 'act') =>
  house.terminals.begin({ machine, address: '198.51.100.7', scopes: readScopes(scope) ?? [] })

const look = async (code: string, from = browser) => await (await from.submit('/device', { code })).text()
const answer = (code: string, say: 'allow' | 'deny', from = browser) =>
  from.submit('/device/answer', { code, answer: say })

describe('a terminal', () => {
  it('is let in by whoever types its code and says yes, and gets a token of theirs once', async () => {
    const { user, device } = await asked('ada-laptop', 'act:shop/staging look')
    expect(user).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
    expect(await house.terminals.hear(device)).toEqual({ kind: 'pending' })
    const page = await look(user)
    for (const part of ['act as ada', 'ada-laptop', '198.51.100.7', '192.0.2.1', 'shop staging', 'Allow it only if'])
      expect(page).toContain(part)
    expect((await answer(user, 'allow')).status).toBe(200)
    const heard = await house.terminals.hear(device)
    if (heard.kind !== 'made') throw new Error(heard.kind)
    const who = await browser.visit('/api/v1/who', { headers: { authorization: `Bearer ${heard.text}`, cookie: '' } })
    const scopes = [{ may: 'act', application: 'shop', environment: 'staging' }, { may: 'look' }]
    expect(await who.json()).toMatchObject({ by: 'token', person: { id: '42', name: 'ada', door: 'api' }, scopes })
    const [token] = await house.identity.tokens('42')
    expect(token).toMatchObject({ name: 'login from ada-laptop', expiresAt: house.time.now + 90 * 24 * 60 * MINUTE_MS })
    expect(await house.terminals.hear(device)).toEqual({ kind: 'unknown' })
    expect(house.told.at(-1)).toContain('a terminal was let in')
    expect(house.told.join()).not.toContain(user)
  })

  it.each([
    ['small letters', (code: string) => code.toLowerCase()],
    ['no line', (code: string) => code.replace('-', '')],
    ['blanks', (code: string) => `  ${code.replace('-', ' ')} `],
  ])('is found by its code with %s', async (_, typed) => {
    expect(await look(typed((await asked()).user))).toContain('<code>laptop</code>')
  })

  it('is told no, and then nobody can say yes', async () => {
    const { user, device } = await asked()
    expect(await (await answer(user, 'deny')).text()).toContain('Denied')
    expect((await answer(user, 'allow')).status).toBe(404)
    expect(await house.terminals.hear(device)).toEqual({ kind: 'denied' })
    expect(await house.identity.tokens('42')).toEqual([])
  })

  it('acts for whoever said yes first', async () => {
    const other = house.browser()
    await signIn(house, other, '/', mallory)
    const { user, device } = await asked()
    await look(user)
    expect((await answer(user, 'allow', other)).status).toBe(200)
    expect((await answer(user, 'allow')).status).toBe(404)
    expect(await house.terminals.hear(device)).toMatchObject({ kind: 'made' })
    expect(await house.identity.tokens('42')).toEqual([])
    expect(await house.identity.tokens('66')).toHaveLength(1)
  })

  it('waits for a quarter of an hour', async () => {
    const { user, device } = await asked()
    house.time.now += 15 * MINUTE_MS
    expect((await browser.submit('/device', { code: user })).status).toBe(404)
    expect((await answer(user, 'allow')).status).toBe(404)
    expect(await house.terminals.hear(device)).toEqual({ kind: 'over' })
  })

  it('says of itself what it likes, and it stays text', async () => {
    const page = await look((await asked('<img src=x onerror=alert(1)>\u202e"')).user)
    expect(page).not.toContain('<img')
    expect(page).not.toContain('\u202e')
    expect(page).toContain('&#60;img')
  })
})

describe('nobody lets a terminal in', () => {
  it.each<[string, (code: string) => Promise<Response>]>([
    ['by looking', (code) => browser.submit('/device', { code })],
    ['by a link', (code) => browser.visit(`/device?code=${code}&answer=allow`)],
    ['by a link to the answer', (code) => browser.visit(`/device/answer?code=${code}&answer=allow`)],
    ['by a form that says neither yes nor no', (code) => browser.submit('/device/answer', { code, answer: '' })],
    [
      'by a page of another site',
      (code) =>
        browser.visit('/device/answer', {
          ...{ method: 'POST', form: { code, answer: 'allow' } },
          headers: { origin: 'https://evil.dev', 'sec-fetch-site': 'cross-site' },
        }),
    ],
    [
      'by a form that does not say where it comes from',
      (code) => browser.visit('/device/answer', { method: 'POST', form: { code, answer: 'allow' } }),
    ],
    ['without having signed in', (code) => answer(code, 'allow', house.browser())],
  ])('%s', async (_, attempt) => {
    const { user, device } = await asked()
    await attempt(user)
    expect(await house.terminals.hear(device)).toEqual({ kind: 'pending' })
    expect((await answer(user, 'allow')).status).toBe(200)
  })

  it('with a token: it could make another that outlives it', async () => {
    const { user, device } = await asked()
    await answer(user, 'allow')
    const heard = await house.terminals.hear(device)
    if (heard.kind !== 'made') throw new Error(heard.kind)
    const next = await asked()
    const bearer = { authorization: `Bearer ${heard.text}`, origin: ORIGIN }
    const sent = { method: 'POST', form: { code: next.user, answer: 'allow' }, headers: bearer }
    await house.browser().visit('/device/answer', sent)
    expect(await house.terminals.hear(next.device)).toEqual({ kind: 'pending' })
  })

  it('with a session that somebody else prepared: signing in makes a new one', async () => {
    const before = browser.cookies.get('__Host-houston-session')
    await browser.submit('/sign-out', {})
    await signIn(house, browser, '/device')
    expect(browser.cookies.get('__Host-houston-session')).not.toBe(before)
  })

  it('by guessing: after five wrong codes a right one is not looked at either, for a while', async () => {
    const { user, device } = await asked()
    for (let wrong = 0; wrong < 5; wrong += 1)
      expect((await browser.submit('/device', { code: `BBBB-BBB${'BCDFG'[wrong]}` })).status).toBe(404)
    expect((await browser.submit('/device', { code: user })).status).toBe(429)
    expect((await answer(user, 'allow')).status).toBe(429)
    expect(await house.terminals.hear(device)).toEqual({ kind: 'pending' })
    house.time.now += MINUTE_MS
    expect((await answer(user, 'allow')).status).toBe(200)
  })

  it('through a page in a frame', async () => {
    const { headers } = await browser.submit('/device', { code: (await asked()).user })
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('cache-control')).toBe('no-store')
  })
})

describe('who is asked', () => {
  it('a stranger signs in first, and comes back', async () => {
    const response = await house.browser().visit('/device')
    expect([response.status, response.headers.get('location')]).toEqual([303, '/sign-in?to=/device'])
    expect(await (await browser.visit('/device')).text()).toContain('houston login')
  })

  it.each(['/device', '/device/answer'])('whose session ended in between signs in again: %s', async (path) => {
    const { user } = await asked()
    await browser.submit('/sign-out', {})
    const sent = await browser.submit(path, { code: user, answer: 'allow' })
    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/sign-in?to=/device'])
  })

  it('is not told that an address proves anything, which a proxy may have given to everybody', async () => {
    const { user } = await house.terminals.begin({ machine: 'laptop', address: '192.0.2.1', scopes: [{ may: 'act' }] })
    expect(await look(user)).toContain('so is that of everybody behind the same router or proxy')
  })

  it('somebody alone needs no terminal to sign in', async () => {
    const alone = openSignInHouse({ alone: { via: 'terminal', id: '1', name: 'ada' } }).browser()
    expect((await alone.visit('/device')).status).toBe(400)
    expect((await alone.submit('/device', { code: 'BBBB-BBBB' })).status).toBe(400)
  })
})

describe('the endpoint of terminals', () => {
  it.each<[string, Record<string, string>, number]>([
    ['no browser', {}, 200],
    ['our own page', { origin: ORIGIN, 'sec-fetch-site': 'same-origin' }, 200],
    ['a page of another site', { origin: 'https://evil.dev' }, 403],
    ['a form of no origin', { origin: 'null' }, 403],
    ['a page that hides its origin', { 'sec-fetch-site': 'cross-site' }, 403],
  ])('is asked by %s: %s', async (_, headers, status) => {
    const sent = { method: 'POST', headers, form: { client_id: 'houston' } }
    expect((await house.browser().visit('/api/v1/oauth/device', sent)).status).toBe(status)
    // What it lets in counts nowhere else.
    if (headers.origin === undefined)
      expect((await house.browser().visit('/api/v1/who', { method: 'POST', headers })).status).toBe(403)
  })

  it('is not flooded from one address', async () => {
    const statuses = new Set<number>()
    for (let count = 0; count < 40; count += 1)
      statuses.add((await house.browser().visit('/api/v1/oauth/device', { method: 'POST' })).status)
    expect([...statuses]).toEqual([200, 429])
  })

  it('is not flooded from many addresses: what each asks is kept for a while', async () => {
    const many = openSignInHouse({ peer: () => randomUUID() })
    const statuses: number[] = []
    for (let count = 0; count < 310; count += 1)
      statuses.push((await many.browser().visit('/api/v1/oauth/device', { method: 'POST' })).status)
    expect(statuses.filter((status) => status === 429)).toHaveLength(10)
    expect((await many.browser().visit('/sign-in')).status).not.toBe(429)
  })
})

describe('scopes as text', () => {
  it.each([
    ['act', [{ may: 'act' }]],
    ['look act:shop', [{ may: 'look' }, { may: 'act', application: 'shop' }]],
    ['act:a%2Fb/c%20d', [{ may: 'act', application: 'a/b', environment: 'c d' }]],
  ] as const)('%s', (text, scopes) => {
    expect(readScopes(text)).toEqual(scopes)
    expect(writeScopes(scopes)).toBe(text)
  })

  it.each([
    '',
    ' ',
    'admin',
    'act:',
    'act:/x',
    'act:a/b/c',
    'act:%00',
    'act:%',
    'ACT',
    'act\tlook',
    'look '.repeat(21),
  ])('%j is none', (text) => expect(readScopes(text)).toBeUndefined())
})
