// Signing in and out: what a session is bound to, and each way in which somebody could try to bring, keep or reuse one (THREATS.md 30).

import { describe, expect, it } from 'vitest'
import { ada, ORIGIN, openSignInHouse, signIn } from '../../support/sign-in-house.ts'

const SESSION = '__Host-houston-session'
const BEGUN = '__Host-houston-sign-in'
const DAY_MS = 86_400_000

describe('signing in', () => {
  it('goes to GitHub and comes back to where somebody wanted to go, as themselves', async () => {
    const house = openSignInHouse()
    const browser = house.browser()
    const back = await signIn(house, browser, '/who?a=1')
    expect([back.status, back.headers.get('location')]).toEqual([303, '/who?a=1'])
    expect(house.asked[0]).toMatchObject({ back: `${ORIGIN}/sign-in/callback` })
    expect(await (await browser.visit('/who')).json()).toEqual({
      ...{ kind: 'known', by: 'session' },
      person: { via: 'github', id: '42', name: 'ada', door: 'web' },
    })
    expect(browser.cookies.has(BEGUN)).toBe(false)
  })

  it('its cookies are no script’s, no other host’s and no plain connection’s', async () => {
    const house = openSignInHouse()
    const browser = house.browser()
    const left = await browser.visit('/sign-in')
    const back = await signIn(house, browser)
    const lines = [...left.headers.getSetCookie(), ...back.headers.getSetCookie()].filter(
      (line) => !/max-age=0/i.test(line),
    )
    expect(lines).toHaveLength(2)
    for (const line of lines)
      expect(line).toMatch(/^__Host-[\w-]+=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  })

  it('the store has neither the session’s nor the state’s text', async () => {
    const house = openSignInHouse()
    const browser = house.browser()
    await signIn(house, browser)
    const text = browser.cookies.get(SESSION) ?? ''
    expect(await house.identity.session(text, { idleMs: DAY_MS, longestMs: DAY_MS })).toBeUndefined()
    expect(house.told.join()).not.toContain(text)
  })

  it('each sign-in has a state, a verifier and a session of its own', async () => {
    const house = openSignInHouse()
    const sessions = new Set<string | undefined>()
    for (let index = 0; index < 5; index += 1) {
      const browser = house.browser()
      await signIn(house, browser)
      sessions.add(browser.cookies.get(SESSION))
    }
    expect(sessions.size).toBe(5)
    expect(new Set(house.asked.map(({ state }) => state)).size).toBe(5)
    expect(new Set(house.asked.map(({ challenge }) => challenge)).size).toBe(5)
  })

  it('says why nobody can, where there is no App', async () => {
    const house = openSignInHouse({ app: false })
    const answer = await house.browser().visit('/sign-in')
    expect([answer.status, answer.headers.get('location')]).toEqual([404, null])
    expect(await answer.text()).toContain('houston doctor')
  })

  it.each([
    ['http://houston.acme.dev', 404],
    ['http://localhost.evil.dev', 404],
    ['http://127.0.0.1:8080', 303],
    ['https://houston.acme.dev', 303],
  ])('at %s answers %i: a browser would not keep the cookie of plain HTTP', async (url, status) => {
    expect((await openSignInHouse({ url }).browser().visit('/sign-in')).status).toBe(status)
  })

  it('GitHub being away is said, and nobody is signed in', async () => {
    const house = openSignInHouse()
    const browser = house.browser()
    await browser.visit('/sign-in')
    house.grant('c', 'no-answer')
    const back = await browser.visit(`/sign-in/callback?code=c&state=${house.asked[0]?.state}`)
    expect(back.status).toBe(502)
    expect(house.faults.map(({ message }) => message)).toEqual(['GitHub is away'])
    expect(browser.cookies.has(SESSION)).toBe(false)
  })
})

describe('what comes back is refused:', () => {
  const refusedBack = async (
    play: (house: ReturnType<typeof openSignInHouse>) => Promise<[Response, Map<string, string>]>,
  ) => {
    const [response, cookies] = await play(openSignInHouse())
    expect(response.status).toBe(400)
    expect(response.headers.get('location')).toBeNull()
    expect(cookies.has(SESSION)).toBe(false)
  }

  it('in a browser that did not begin it (login CSRF)', () =>
    refusedBack(async (house) => {
      const attacker = house.browser()
      await attacker.visit('/sign-in')
      house.grant('c', { id: '66', login: 'mallory' })
      const victim = house.browser()
      return [await victim.visit(`/sign-in/callback?code=c&state=${house.asked[0]?.state}`), victim.cookies]
    }))

  it('in a browser that began another one', () =>
    refusedBack(async (house) => {
      await house.browser().visit('/sign-in')
      const victim = house.browser()
      await victim.visit('/sign-in')
      // Consented to for the first sign-in: state, code and challenge belong together; only the browser is wrong.
      house.grant('c', { id: '66', login: 'mallory' }, 0)
      return [await victim.visit(`/sign-in/callback?code=c&state=${house.asked[0]?.state}`), victim.cookies]
    }))

  it('a state that was used (replay)', () =>
    refusedBack(async (house) => {
      const browser = house.browser()
      await browser.visit('/sign-in')
      const begun = browser.cookies.get(BEGUN) ?? ''
      const path = () => `/sign-in/callback?code=c&state=${house.asked[0]?.state}`
      house.grant('c', ada)
      expect((await browser.visit(path())).status).toBe(303)
      const again = house.browser()
      again.cookies.set(BEGUN, begun)
      house.grant('c', ada)
      return [await again.visit(path()), again.cookies]
    }))

  it('a code with another sign-in’s verifier (PKCE)', () =>
    refusedBack(async (house) => {
      const victim = house.browser()
      await victim.visit('/sign-in')
      const { state } = house.asked[0] ?? {}
      // A code that was made for the challenge of a later sign-in.
      await house.browser().visit('/sign-in')
      house.grant('c', ada)
      return [await victim.visit(`/sign-in/callback?code=c&state=${state}`), victim.cookies]
    }))

  it('after ten minutes', () =>
    refusedBack(async (house) => {
      const browser = house.browser()
      await browser.visit('/sign-in')
      house.time.now += 10 * 60_000
      house.grant('c', ada)
      return [await browser.visit(`/sign-in/callback?code=c&state=${house.asked[0]?.state}`), browser.cookies]
    }))

  it.each([
    ['no state', 'code=c'],
    ['no code', 'state=STATE'],
    ['declined', 'error=access_denied&state=STATE'],
  ])('%s', (_, query) =>
    refusedBack(async (house) => {
      const browser = house.browser()
      await browser.visit('/sign-in')
      house.grant('c', ada)
      const path = `/sign-in/callback?${query.replace('STATE', house.asked[0]?.state ?? '')}`
      return [await browser.visit(path), browser.cookies]
    }),
  )
})

describe('a session', () => {
  it('that somebody planted is worth nothing, before and after the sign-in (fixation)', async () => {
    const house = openSignInHouse()
    const browser = house.browser()
    const planted = 'a'.repeat(43)
    browser.cookies.set(SESSION, planted)
    expect(await (await browser.visit('/who')).json()).toEqual({ kind: 'nobody' })
    await signIn(house, browser)
    expect(browser.cookies.get(SESSION)).not.toBe(planted)
    const other = house.browser()
    other.cookies.set(SESSION, planted)
    expect(await (await other.visit('/who')).json()).toEqual({ kind: 'nobody' })
  })

  it.each(['', 'a', 'a'.repeat(42), 'a'.repeat(44), `${'a'.repeat(42)}.`, "' or 1=1 --".padEnd(43)])(
    'of another shape (%j) is not looked for',
    async (text) => {
      const house = openSignInHouse()
      house.identity.session = () => Promise.reject(new Error('the store was asked'))
      const headers = { cookie: `${SESSION}=${encodeURIComponent(text)}` }
      expect(await (await house.browser().visit('/who', { headers })).json()).toEqual({ kind: 'nobody' })
    },
  )

  it('ends with the sign-out, wherever it was copied to', async () => {
    const house = openSignInHouse()
    const browser = house.browser()
    await signIn(house, browser)
    const copy = browser.cookies.get(SESSION) ?? ''
    expect((await browser.submit('/sign-out', {})).status).toBe(303)
    expect(browser.cookies.has(SESSION)).toBe(false)
    const thief = house.browser()
    thief.cookies.set(SESSION, copy)
    expect(await (await thief.visit('/who')).json()).toEqual({ kind: 'nobody' })
  })

  it('ends in every browser of somebody, and in nobody else’s, when they say so', async () => {
    const house = openSignInHouse()
    const [here, lost, other] = [house.browser(), house.browser(), house.browser()]
    for (const browser of [here, lost]) await signIn(house, browser)
    await signIn(house, other, '/', { id: '43', login: 'bob' })
    expect((await here.submit('/sign-out/everywhere', {})).status).toBe(303)
    for (const browser of [here, lost]) expect(await (await browser.visit('/who')).json()).toEqual({ kind: 'nobody' })
    expect(await (await other.visit('/who')).json()).toMatchObject({ kind: 'known' })
  })

  it('ends when the same browser signs in anew: none is left that nobody sees any more', async () => {
    const house = openSignInHouse()
    const browser = house.browser()
    await browser.visit('/sign-in')
    const begun = browser.cookies.get(BEGUN) ?? ''
    await signIn(house, browser)
    const first = browser.cookies.get(SESSION) ?? ''
    browser.cookies.set(BEGUN, begun)
    house.grant('c', { id: '43', login: 'bob' }, 0)
    expect((await browser.visit(`/sign-in/callback?code=c&state=${house.asked[0]?.state}`)).status).toBe(303)
    expect(await (await browser.visit('/who')).json()).toMatchObject({ person: { name: 'bob' } })
    const thief = house.browser()
    thief.cookies.set(SESSION, first)
    expect(await (await thief.visit('/who')).json()).toEqual({ kind: 'nobody' })
  })

  it('does not end because of another site or a link', async () => {
    const house = openSignInHouse()
    const browser = house.browser()
    await signIn(house, browser)
    const headers = { origin: 'https://evil.dev', 'sec-fetch-site': 'cross-site' }
    expect((await browser.visit('/sign-out', { method: 'POST', headers })).status).toBe(403)
    expect((await browser.visit('/sign-out')).status).toBe(404)
    expect(await (await browser.visit('/who')).json()).toMatchObject({ kind: 'known' })
  })

  it.each([
    ['a week without a visit', [7 * DAY_MS]],
    ['a month of visits', Array.from({ length: 10 }, () => 3 * DAY_MS)],
  ])('ends after %s', async (_, pauses) => {
    const house = openSignInHouse()
    const browser = house.browser()
    await signIn(house, browser)
    let last: unknown
    for (const pause of pauses) {
      house.time.now += pause
      last = await (await browser.visit('/who')).json()
    }
    expect(last).toEqual({ kind: 'nobody' })
  })
})
