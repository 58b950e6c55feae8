// What nobody asked for in Slack is told there all the same: a merge, a program with a token, a job of a workflow. Each is one living
// message in its environment's channel, with the buttons of every other. The hosts' own journal judges.

import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Message } from '../../support/slack-stand-in/town.ts'
import { makeSigner } from '../../support/workflow-token.ts'
import { OPEN_WITHIN_MS, PRODUCTION, STAGING, type ZoneOf } from '../github/house.ts'
import { openGithubPage } from './github-page.ts'
import {
  ADA,
  CHANNEL,
  limitFaults,
  livingMessages,
  message,
  openSlackHouse,
  type SlackHouse,
  until,
  wordsOf,
} from './house.ts'
import { browserAt, visitAs } from './sign-in.ts'

const OF_PRODUCTION = 'C0PROD'
const LONG_MS = 120_000

const settings = `slack:
  channels:
    - { channel: ${CHANNEL}, application: shop, environments: [staging] }
    - { channel: ${OF_PRODUCTION}, application: shop, environments: [production] }
  people: { ${ADA}: ada }
`

const environments = (zone: ZoneOf) => `  staging:
    deploy: on-merge
    zones:
${zone('eu-1a', STAGING)}
    rollout: { batch: 1, max_unavailable: 1 }
  production:
    zones:
${zone('eu-1a', PRODUCTION)}
    rollout: { batch: 1, max_unavailable: 1 }
`

let house: SlackHouse
let url: string

beforeAll(async () => {
  house = await openSlackHouse({ environments, settings })
  const { channels, bot } = house.slack.town
  const members = new Set([bot.id, ADA])
  channels.set(OF_PRODUCTION, { id: OF_PRODUCTION, name: 'production', members, archived: false })
  url = await house.openToPeople()
}, OPEN_WITHIN_MS)

afterAll(async () => {
  house?.release()
  const faults = house ? limitFaults(house) : []
  const complaints = house?.github.complaints()
  await house?.close()
  expect([faults, complaints]).toEqual([[], []])
})

/** A commit on main that no hook tells of, so that nothing begins by itself. */
function quietCommit(): string {
  const { github, shop, ada } = house
  github.hook.loses = () => true
  const { sha } = github.people.push(shop, ada, {})
  github.hook.loses = () => false
  return sha
}

async function deployBy(token: string, sha: string): Promise<void> {
  const response = await fetch(`${url}/api/v1/rollouts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ application: 'shop', environment: 'production', ref: sha }),
  })
  expect(response.status, await response.text()).toBe(201)
}

const ran = (sha: string) =>
  house.journal().flatMap((line) => (line.endsWith(` ${sha.slice(0, 10)}`) ? [line.split(' ')[0]] : []))

/** While its first host is held it can be halted in Slack; resumed there, it ends in the same message. */
async function livesIn(
  channel: string,
  { sha, by, after }: { sha: string; by: RegExp; after: number },
): Promise<Message> {
  const here = { ...house, channel }
  const { slack } = house
  const press = async (verb: string, state: RegExp) =>
    await slack.people().press(ADA, await message(here, state, { after }), `houston.rollout.${verb}`)
  await until(house, 'the first host', () => ran(sha).length === 1)
  await press('halt', /: running/)
  await message(here, /: halting/, { after })
  house.release()
  await press('resume', /: halted[\s\S]*halted by ada/)
  const done = await message(here, /: done[\s\S]*hosts run it/, { after })
  expect(wordsOf(done)).toMatch(by)
  expect(wordsOf(done)).toContain(`/commit/${sha}|`)
  expect(livingMessages(here)).toHaveLength(after + 1)
  return done
}

it('a merge', { timeout: LONG_MS }, async () => {
  const { github, shop, ada } = house
  house.hold(STAGING[0])
  const pull = github.people.openPull(shop, ada, { branch: 'feature' })
  const { sha } = github.people.merge(shop, ada, pull)
  const done = await livesIn(CHANNEL, { sha, by: /Asked for by `ada` on GitHub/, after: 0 })
  expect(wordsOf(done)).toContain(`/issues/${pull.number}|#${pull.number}>`)
  expect(ran(sha)).toEqual([...STAGING])
  expect(livingMessages({ ...house, channel: OF_PRODUCTION })).toEqual([])
})

it('a program with a person’s token', { timeout: LONG_MS }, async () => {
  const browser = browserAt(url)
  await visitAs(browser, '/tokens', { page: openGithubPage(house), person: house.ada })
  const made = await browser.submit('/tokens', { name: 'a program', may: 'act', of: '', days: '1' })
  const [, token = ''] = /<code id="secret">([^<]+)</.exec(await made.text()) ?? []
  house.hold(PRODUCTION[0])
  const sha = quietCommit()
  await deployBy(token, sha)
  await livesIn(OF_PRODUCTION, { sha, by: /Asked for by `ada` through the API/, after: 0 })
  expect(ran(sha)).toEqual([...PRODUCTION])
  expect(livingMessages(house)).toHaveLength(1)
})

it('a job of a workflow', { timeout: LONG_MS }, async () => {
  const { github, shop, ada } = house
  const signer = await makeSigner()
  github.pages.set('/_services/token/.well-known/jwks', JSON.stringify(signer.jwks))
  const token = await signer.sign({
    ...{ iss: `https://${github.variables.GHE_HOST}/_services/token`, aud: url, environment: 'production' },
    ...{ repository_id: String(shop.id), repository: 'acme/shop', actor_id: String(ada.id), actor: 'ada' },
  })
  house.hold(PRODUCTION[0])
  const sha = quietCommit()
  await deployBy(token, sha)
  await livesIn(OF_PRODUCTION, { sha, by: /Asked for by `acme\/shop \(ada\)` in a workflow/, after: 1 })
  expect(ran(sha)).toEqual([...PRODUCTION])
  expect(livingMessages(house)).toHaveLength(1)
})
