// From a stranger in Slack to somebody who acts: the link that they are offered, the sign-in at GitHub (state, PKCE), the page that
// names both accounts, and a button. What was used, or was begun by somebody else, is worth nothing. The hosts' journal judges.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { addPerson, type Person } from '../../support/github-stand-in/world.ts'
import { OPEN_WITHIN_MS, STAGING } from '../github/house.ts'
import { type GithubPage, openGithubPage } from './github-page.ts'
import { ADA, answer, BOB, limitFaults, message, openSlackHouse, type SlackHouse, until, wordsOf } from './house.ts'
import { askedAtGithub, browserAt, pathOf, visitAs } from './sign-in.ts'

const HALT = 'houston.rollout.halt'

let house: SlackHouse
let url: string
let page: GithubPage
let bob: Person
/** The offer in the link that bob of Slack was given. */
let offer: string

beforeAll(async () => {
  house = await openSlackHouse()
  bob = addPerson(house.github.world, 'bob')
  house.shop.roles.set(bob.id, 'write')
  page = openGithubPage(house)
  url = await house.openToPeople()
}, OPEN_WITHIN_MS)

afterAll(async () => {
  house?.release()
  const faults = house ? limitFaults(house) : []
  await house?.close()
  expect(faults).toEqual([])
})

const linkPath = () => `/link/slack?offer=${offer}`
const people = () => house.slack.people()

/** A rollout of ada's stands still at its first host. */
async function begun(): Promise<void> {
  const { github, shop, ada } = house
  github.people.push(shop, ada, { branch: 'main' })
  house.hold(STAGING[0])
  await people().command(ADA, '/deploy staging')
  await until(house, 'the first host', () => house.journal().length === 1)
}

async function bobHalts(): Promise<void> {
  await people().press(BOB, await message(house, /running/), HALT)
}

it('a stranger’s press does nothing, and they alone are given a link', { timeout: 60_000 }, async () => {
  await begun()
  await bobHalts()
  const told = await answer(house, BOB, /sign in with GitHub/)
  const [, link = ''] = /<(\S+)\|sign in with GitHub>/.exec(wordsOf(told)) ?? []
  expect(link.startsWith(`${url}/link/slack?offer=`)).toBe(true)
  offer = new URL(link).searchParams.get('offer') ?? ''
  const { messages, ephemerals } = house.slack.town
  const others = [...messages, ...ephemerals.filter(({ user }) => user !== BOB)]
  expect(others.filter((each) => JSON.stringify(each).includes(offer))).toEqual([])
  expect(wordsOf(await message(house, /running/))).not.toMatch(/halt(ed|ing)/)
})

it('opened by somebody else it names both, and links nobody by that', { timeout: 60_000 }, async () => {
  const robs = browserAt(url)
  const seen = await (await visitAs(robs, linkPath(), { page, person: house.rob })).text()
  for (const part of [BOB, 'T0ACME', 'rob', 'Link them only if both are yours']) expect(seen).toContain(part)
  const evil = { origin: 'https://evil.dev', 'sec-fetch-site': 'cross-site' }
  const forged = await robs.visit('/link/slack', { method: 'POST', form: { offer }, headers: evil })
  expect(forged.status).toBe(403)
  expect((await browserAt(url).submit('/link/slack', { offer })).status).toBe(400)
})

it('a sign-in that another browser began, or with another’s code, is none', { timeout: 60_000 }, async () => {
  const [bobs, evils] = [browserAt(url), browserAt(url)]
  const back = page.consent(await askedAtGithub(bobs, linkPath()), bob)
  await askedAtGithub(evils, linkPath())
  // The whole way back, in another browser.
  expect((await evils.visit(pathOf(back))).status).toBe(400)
  // Its own state again, and the code of bob's: GitHub refuses, as the challenge is another one.
  const mixed = new URL(page.consent(await askedAtGithub(evils, linkPath()), house.rob))
  mixed.searchParams.set('code', new URL(back).searchParams.get('code') ?? '')
  expect((await evils.visit(pathOf(mixed.href))).status).toBe(400)
  expect(page.refused).toHaveLength(1)
  for (const each of [bobs, evils]) expect([...each.cookies.keys()]).not.toContain('__Host-houston-session')
})

it('confirmed by whoever asked for it, they act as themselves at GitHub', { timeout: 120_000 }, async () => {
  const bobs = browserAt(url)
  const first = await bobs.visit(linkPath())
  expect(first.headers.get('location')).toBe(`/sign-in?to=${encodeURIComponent(linkPath())}`)
  const back = pathOf(page.consent(await askedAtGithub(bobs, linkPath()), bob))
  const signedIn = await bobs.visit(back)
  expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, linkPath()])
  const seen = await (await bobs.visit(linkPath())).text()
  for (const part of [BOB, 'T0ACME', 'bob', String(bob.id)]) expect(seen).toContain(part)
  expect(await (await bobs.submit('/link/slack', { offer })).text()).toContain('now acts as')
  await bobHalts()
  await message(house, /halting|halted/)
  house.release()
  await message(house, /staging: halted[\s\S]*bob/)
  expect(house.journal()).toHaveLength(1)
  await people().openHome(BOB)
  await until(house, 'his Home tab', () => {
    const home = house.slack.town.homes.get(BOB)
    return home && /You act as `bob` of GitHub/.test(wordsOf(home))
  })
  // The way back, a second time.
  expect((await bobs.visit(back)).status).toBe(400)
})

it('used, it links nobody a second time, and rights are those of GitHub', { timeout: 60_000 }, async () => {
  const robs = browserAt(url)
  expect((await visitAs(robs, linkPath(), { page, person: house.rob })).status).toBe(404)
  expect((await robs.submit('/link/slack', { offer })).status).toBe(404)
  house.shop.roles.set(bob.id, 'read')
  await people().press(BOB, await message(house, /staging: halted/), 'houston.rollout.resume')
  const refused = await answer(house, BOB, /Refused: not-allowed/)
  expect(wordsOf(refused)).not.toContain('sign in with GitHub')
  house.shop.roles.set(bob.id, 'write')
  await people().press(BOB, await message(house, /staging: halted/), 'houston.rollout.resume')
  await message(house, /All 2 hosts run it/)
})

it('nothing that proves anybody is in the log', () => {
  const said = house.server.said.join('\n')
  expect(said).toContain('accounts were linked')
  for (const secret of [offer, 'the-secret-of-sign-ins', 'ghu_', 'code-']) expect(said).not.toContain(secret)
})
