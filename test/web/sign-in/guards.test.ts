// What the guards let through and what not: names of this machine, pages of other sites, floods; and what every answer tells a
// browser (THREATS.md 30).

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openRateLimit } from '../../../src/web/sign-in/rate-limit.ts'
import { tokenDesk } from '../../../src/web/sign-in/token.ts'
import { LOCAL, ORIGIN, openSignInHouse, signIn } from '../../support/sign-in-house.ts'

const operator = { via: 'terminal', id: '1000', name: 'ada' } as const
const own = { origin: ORIGIN, 'sec-fetch-site': 'same-origin' }

describe('one person alone', () => {
  it('works without sign-in, and through which door is kept', async () => {
    const browser = openSignInHouse({ alone: operator }).browser()
    expect(await (await browser.visit('/who')).json()).toMatchObject({
      by: 'alone',
      person: { ...operator, door: 'web' },
    })
    expect(await (await browser.visit('/api/v1/who')).json()).toMatchObject({ person: { ...operator, door: 'api' } })
  })

  it.each(['127.0.0.1:8080', '127.9.9.9', 'localhost', 'LOCALHOST:1', '[::1]:8080'])('answers to %s', async (host) => {
    const { web } = openSignInHouse({ alone: operator })
    expect((await web.request(`${LOCAL}/who`, { headers: { host } })).status).toBe(200)
  })

  it.each([
    'evil.dev',
    'evil.dev:8080',
    '127.0.0.1.evil.dev',
    'localhost.evil.dev',
    '127.0.0.1:8080@evil.dev',
    'xlocalhost',
    '2130706433',
    '0.0.0.0',
    '192.168.0.1',
    '[::ffff:192.168.0.1]',
    '',
  ])('does not answer to %j (DNS rebinding)', async (host) => {
    const { web } = openSignInHouse({ alone: operator })
    const answer = await web.request(`${LOCAL}/who`, { headers: { host } })
    expect(answer.status).toBe(421)
    expect(await answer.text()).not.toContain('ada')
  })

  it.each(['x-forwarded-for', 'forwarded', 'via', 'x-forwarded-host', 'x-real-ip'])(
    'is not somebody behind a proxy: %s',
    async (name) => {
      const browser = openSignInHouse({ alone: operator }).browser()
      expect((await browser.visit('/who', { headers: { [name]: '192.0.2.7' } })).status).toBe(421)
    },
  )

  it('is not somebody behind a proxy that says nothing: those speak HTTP/1.0', async () => {
    const browser = openSignInHouse({ alone: operator, httpVersion: '1.0' }).browser()
    expect((await browser.visit('/who')).status).toBe(421)
  })

  it('acts from pages of this machine only', async () => {
    const { web } = openSignInHouse({ alone: operator })
    const post = async (headers: Record<string, string>) =>
      (await web.request(`${LOCAL}/who`, { method: 'POST', headers: { host: '127.0.0.1:8080', ...headers } })).status
    expect(await post({ origin: LOCAL, 'sec-fetch-site': 'same-origin' })).toBe(200)
    expect(await post({ origin: LOCAL })).toBe(200)
    expect(await post({})).toBe(403)
    expect(await post({ origin: 'http://127.0.0.1:9999', 'sec-fetch-site': 'same-site' })).toBe(403)
    expect(await post({ origin: 'http://localhost:8080' })).toBe(403)
    expect(await post({ origin: 'https://evil.dev', 'sec-fetch-site': 'cross-site' })).toBe(403)
  })

  it('a program that forgot where it comes from is told in words, and what to send', async () => {
    const { web } = openSignInHouse({ alone: operator })
    const answer = await web.request(`${LOCAL}/api/v1/who`, { method: 'POST', headers: { host: '127.0.0.1:8080' } })
    expect(await answer.json()).toMatchObject({
      ...{ status: 403, reason: 'cross-origin' },
      title: expect.stringContaining('where it comes from'),
      next: expect.stringContaining('Origin'),
    })
  })
})

describe('what another site’s page sends with somebody’s cookie', () => {
  const cases: [name: string, method: string, headers: Record<string, string>, status: number][] = [
    ['our own form', 'POST', own, 200],
    ['our own script', 'DELETE', own, 200],
    ['an older browser’s form of ours', 'POST', { origin: ORIGIN }, 200],
    ['another site’s form', 'POST', { origin: 'https://evil.dev', 'sec-fetch-site': 'cross-site' }, 403],
    ['a sibling’s form', 'POST', { origin: 'https://blog.acme.dev', 'sec-fetch-site': 'same-site' }, 403],
    ['a look-alike’s form', 'POST', { origin: `${ORIGIN}.evil.dev` }, 403],
    ['our host by plain HTTP', 'POST', { origin: 'http://houston.acme.dev' }, 403],
    ['another port of our host', 'POST', { origin: `${ORIGIN}:8443` }, 403],
    ['a sandboxed frame', 'POST', { origin: 'null', 'sec-fetch-site': 'cross-site' }, 403],
    ['a form that hides where it comes from', 'POST', {}, 403],
    ['a form with our site but no origin', 'POST', { 'sec-fetch-site': 'same-origin' }, 403],
    ['a form with our origin from another site', 'POST', { origin: ORIGIN, 'sec-fetch-site': 'cross-site' }, 403],
    ['a method of its own', 'PATCH', { origin: 'https://evil.dev' }, 403],
    ['a link', 'GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 200],
    ['the address bar', 'GET', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }, 200],
    [
      'another site’s stream (SSE)',
      'GET',
      { origin: 'https://evil.dev', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' },
      403,
    ],
    ['another site’s image', 'GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
    ['a sibling’s script', 'GET', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' }, 403],
    ['an older browser’s stream from elsewhere', 'GET', { origin: 'https://evil.dev' }, 403],
    ['our own stream', 'GET', { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }, 200],
  ]
  it.each(cases)('%s', async (_, method, headers, status) => {
    const house = openSignInHouse()
    const browser = house.browser()
    await signIn(house, browser)
    for (const path of ['/who', '/api/v1/who'])
      expect((await browser.visit(path, { method, headers })).status).toBe(status)
  })

  it('is refused with Basic credentials too: browsers send those by themselves', async () => {
    const house = openSignInHouse()
    const browser = house.browser()
    await signIn(house, browser)
    const headers = { origin: 'https://evil.dev', authorization: 'Basic YTpi' }
    expect((await browser.visit('/api/v1/who', { method: 'POST', headers })).status).toBe(403)
  })

  it('no answer lets another origin read along', async () => {
    const house = openSignInHouse()
    const headers = { origin: 'https://evil.dev', 'access-control-request-method': 'POST' }
    const answers = await Promise.all(
      ['OPTIONS', 'GET', 'POST'].map((method) => house.browser().visit('/api/v1/who', { method, headers })),
    )
    for (const { status, headers: told } of answers) {
      expect(status).toBe(403)
      expect([...told.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })
})

describe('every answer', () => {
  it.each(['/who', '/nowhere', '/sign-in/callback', '/link/slack', '/api/v1/who', '/api/v1/nothing'])(
    'of %s keeps browsers to our own things',
    async (path) => {
      const { headers } = await openSignInHouse().browser().visit(path)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy.split('; ')).toEqual([
        "default-src 'none'",
        "script-src 'self' 'sha256-abc'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
      ])
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000')
    },
  )

  it('says nothing of HTTPS on a machine without', async () => {
    const { headers } = await openSignInHouse({ alone: operator }).browser().visit('/who')
    expect(headers.has('strict-transport-security')).toBe(false)
  })
})

describe('too often', () => {
  it('sign-ins of one address; another one goes on, and a minute later both do', async () => {
    let peer = '192.0.2.1'
    const house = openSignInHouse({ peer: () => peer })
    const visit = async () => (await house.browser().visit('/sign-in')).status
    for (let index = 0; index < 30; index += 1) expect(await visit()).toBe(303)
    const refused = await house.browser().visit('/sign-in')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '2'])
    peer = '192.0.2.2'
    expect(await visit()).toBe(303)
    peer = '192.0.2.1'
    house.time.now += 2_000
    expect(await visit()).toBe(303)
    expect(await visit()).toBe(429)
  })

  it.each(['/api/v1/who', '/who'])('one person at %s, however many addresses and doors they use', async (path) => {
    let address = 0
    const house = openSignInHouse({ peer: () => `192.0.2.${++address % 250}` })
    const [one, other] = [house.browser(), house.browser()]
    await signIn(house, one)
    await signIn(house, other, '/', { id: '43', login: 'bob' })
    house.time.now += 60_000
    for (let index = 0; index < 600; index += 1) expect((await one.visit(path)).status).toBe(200)
    const refused = await one.visit(path)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('content-type')).toMatch(path === '/who' ? 'text/plain' : 'application/problem+json')
    expect((await other.visit(path)).status).toBe(200)
    expect((await one.visit('/assets/style.css')).status).toBe(404)
  })

  it.each(['/environments/shop/production/deploy', '/api/v1/environments/shop/production/refs', '/api/v1/plans'])(
    'what asks GitHub each time: %s',
    async (path) => {
      const house = openSignInHouse()
      const browser = house.browser()
      await signIn(house, browser)
      for (let index = 0; index < 30; index += 1) expect((await browser.visit(path)).status).toBe(404)
      expect((await browser.visit(path)).status).toBe(429)
      expect((await browser.visit('/who')).status).toBe(200)
    },
  )

  it('a program with somebody’s tokens, and they themselves can still act to stop it', async () => {
    const house = openSignInHouse()
    const browser = house.browser()
    await signIn(house, browser)
    const person = { via: 'github', id: '42', name: 'ada' } as const
    const desk = tokenDesk(house.identity, { kind: 'known', by: 'session', person }, () => 'a')
    const made = await desk?.make({ name: 'ci', scopes: [{ may: 'act' }] })
    const headers = { authorization: `Bearer ${made?.text}` }
    const run = async () => (await house.browser().visit('/api/v1/who', { method: 'POST', headers })).status
    for (let index = 0; index < 60; index += 1) expect(await run()).toBe(200)
    expect(await run()).toBe(429)
    expect((await browser.visit('/who', { method: 'POST', headers: own, form: {} })).status).toBe(200)
  })

  it.each(['/who', '/api/v1/who', '/link/slack'])(
    'acts of one person at %s: each is a row of the audit',
    async (path) => {
      const house = openSignInHouse()
      const browser = house.browser()
      await signIn(house, browser)
      house.time.now += 60_000
      const act = async () => (await browser.visit(path, { method: 'POST', headers: own, form: {} })).status
      const limit = path === '/link/slack' ? 30 : 60
      for (let index = 0; index < limit; index += 1) expect(await act()).not.toBe(429)
      expect(await act()).toBe(429)
      expect((await browser.visit('/who')).status).toBe(200)
    },
  )

  it('never more than a minute’s worth at once, nor more than time gave', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 }), (pauses) => {
        let now = 0
        const limit = openRateLimit({ perMinute: 12, now: () => now })
        let taken = 0
        for (const pause of pauses) {
          now += pause
          const wait = limit.take('a')
          if (wait === undefined) taken += 1
          else expect(wait).toBeGreaterThan(0)
          expect(taken).toBeLessThanOrEqual(12 + (now * 12) / 60_000)
        }
      }),
    )
  })

  it('holds no more than a minute’s worth, however long nobody came', () => {
    let now = 0
    const limit = openRateLimit({ perMinute: 3, now: () => now })
    limit.take('a')
    now += 60 * 60_000
    expect(Array.from({ length: 4 }, () => limit.take('a') === undefined)).toEqual([true, true, true, false])
  })

  it('remembers only so many', () => {
    const limit = openRateLimit({ perMinute: 1, now: () => 0 })
    for (let index = 0; index < 10_001; index += 1) expect(limit.take(String(index))).toBeUndefined()
    expect(limit.take('10000')).toBeDefined()
    expect(limit.take('0')).toBeUndefined()
  })
})
