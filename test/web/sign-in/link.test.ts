// Linking a person of Slack to an account of GitHub: both are shown, the one who is signed in confirms, once (THREATS.md 15, 30).

import { describe, expect, it } from 'vitest'
import { offerLink } from '../../../src/web/sign-in/offer-link.ts'
import { ORIGIN, openSignInHouse, type SignInHouse, signIn } from '../../support/sign-in-house.ts'

const slack = { team: 'T1', user: 'U1', name: '<b>ada</b> <!channel>' }

async function offered(house: SignInHouse): Promise<string> {
  const url = await offerLink(house.identity, { slack, url: ORIGIN })
  expect(url.startsWith(`${ORIGIN}/link/slack?offer=`)).toBe(true)
  return url.slice(ORIGIN.length)
}

const offerOf = (path: string) => new URL(path, ORIGIN).searchParams.get('offer') ?? ''

describe('a link', () => {
  it('leads through the sign-in to a page that names both, and is made when that is confirmed', async () => {
    const house = openSignInHouse()
    const browser = house.browser()
    const path = await offered(house)
    const first = await browser.visit(path)
    expect(first.status).toBe(303)
    const to = new URL(first.headers.get('location') ?? '', ORIGIN)
    expect([to.pathname, to.searchParams.get('to')]).toEqual(['/sign-in', path])
    expect((await signIn(house, browser, path)).headers.get('location')).toBe(path)

    const page = await (await browser.visit(path)).text()
    for (const part of ['U1', 'T1', '42', 'ada', 'Link them only if both are yours']) expect(page).toContain(part)
    expect(page).not.toContain('<b>ada')
    expect(await house.identity.linkedTo(slack)).toBeUndefined()

    const done = await browser.submit('/link/slack', { offer: offerOf(path) })
    expect(done.status).toBe(200)
    expect(await house.identity.linkedTo(slack)).toEqual({ id: '42', login: 'ada' })
    expect(house.told.some((line) => line === 'accounts were linked')).toBe(true)
  })

  it('is offered for a quarter of an hour', async () => {
    const house = openSignInHouse()
    const browser = house.browser()
    await signIn(house, browser)
    const path = await offered(house)
    house.time.now += 15 * 60_000
    expect((await browser.visit(path)).status).toBe(404)
    expect((await browser.submit('/link/slack', { offer: offerOf(path) })).status).toBe(404)
    expect(await house.identity.linkedTo(slack)).toBeUndefined()
  })

  it('is made once: whoever comes second links nothing', async () => {
    const house = openSignInHouse()
    const [one, other] = [house.browser(), house.browser()]
    await signIn(house, one)
    await signIn(house, other, '/', { id: '66', login: 'mallory' })
    const offer = offerOf(await offered(house))
    expect((await one.submit('/link/slack', { offer })).status).toBe(200)
    expect((await other.submit('/link/slack', { offer })).status).toBe(404)
    expect(await house.identity.linkedTo(slack)).toEqual({ id: '42', login: 'ada' })
  })

  it('is not made by looking, by another site, or by somebody who is not signed in', async () => {
    const house = openSignInHouse()
    const browser = house.browser()
    await signIn(house, browser)
    const path = await offered(house)
    const form = { offer: offerOf(path) }
    await browser.visit(path)
    const evil = { origin: 'https://evil.dev', 'sec-fetch-site': 'cross-site' }
    expect((await browser.visit('/link/slack', { method: 'POST', form, headers: evil })).status).toBe(403)
    expect((await house.browser().submit('/link/slack', form)).status).toBe(400)
    expect(await house.identity.linkedTo(slack)).toBeUndefined()
    expect((await browser.submit('/link/slack', form)).status).toBe(200)
  })

  it('of somebody who works alone is none', async () => {
    const house = openSignInHouse({ alone: { via: 'terminal', id: '1', name: 'ada' } })
    const path = await offered(house)
    expect((await house.browser().visit(path)).status).toBe(400)
    expect((await house.browser().submit('/link/slack', { offer: offerOf(path) })).status).toBe(400)
    expect(await house.identity.linkedTo(slack)).toBeUndefined()
  })

  it('is seen and ended by whoever it belongs to, and by nobody else', async () => {
    const house = openSignInHouse()
    const [ada, bob] = [house.browser(), house.browser()]
    await signIn(house, ada)
    await signIn(house, bob, '/', { id: '43', login: 'bob' })
    await ada.submit('/link/slack', { offer: offerOf(await offered(house)) })
    expect(await (await bob.visit('/link/slack')).text()).toContain('There is none')
    expect((await bob.submit('/link/slack/end', slack)).status).toBe(303)
    expect(await house.identity.linkedTo(slack)).toBeDefined()
    const list = await (await ada.visit('/link/slack')).text()
    expect([list.includes('Unlink'), list.includes('<b>ada')]).toEqual([true, false])
    expect((await ada.submit('/link/slack/end', slack)).headers.get('location')).toBe('/link/slack')
    expect(await house.identity.linkedTo(slack)).toBeUndefined()
    expect(house.told).toContain('accounts were unlinked')
    const stranger = await house.browser().visit('/link/slack')
    expect(stranger.headers.get('location')).toBe('/sign-in?to=%2Flink%2Fslack')
  })

  it('takes no large body', async () => {
    const house = openSignInHouse()
    const browser = house.browser()
    await signIn(house, browser)
    expect((await browser.submit('/link/slack', { offer: 'a'.repeat(20_000) })).status).toBe(413)
  })
})
