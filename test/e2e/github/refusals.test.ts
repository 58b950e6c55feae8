// What must not reach a host: people without the right, forks, heads that moved, locks, mistakes. Each is answered with its
// reason, and what is repeated or out of order deploys no more than once.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Delivery } from '../../support/github-stand-in/hook.ts'
import { addFork, addPerson, type Issue, type Person } from '../../support/github-stand-in/world.ts'
import { EVENTS } from './events.ts'
import { type House, OPEN_WITHIN_MS, openHouse, PRODUCTION, STAGING } from './house.ts'
import { commentsOn, deploymentsOf, settled } from './records.ts'

let house: House

beforeAll(async () => {
  house = await openHouse(EVENTS)
}, OPEN_WITHIN_MS)

afterAll(async () => {
  const complaints = house?.github.complaints()
  await house?.close()
  expect(complaints).toEqual([])
})

/** Says it and waits for the answer, which must be one comment. */
async function answerTo(by: Person, issue: Issue, body: string): Promise<string> {
  const { github, shop } = house
  const before = commentsOn(house, issue.number).length
  github.people.comment(shop, by, { issue, body })
  const answers = await github.until(`an answer to ${body}`, () => {
    const all = commentsOn(house, issue.number).slice(before)
    return all.length > 0 && all
  })
  expect(answers).toHaveLength(1)
  return answers[0]?.body ?? ''
}

describe('a refusal is a reply with its reason, and no host is touched', () => {
  let issue: Issue
  beforeAll(() => {
    issue = house.github.people.openIssue(house.shop, house.ada)
  })

  it('without the right', async () => {
    expect(await answerTo(house.rob, issue, '/deploy staging')).toContain('not-allowed')
  })

  it('a pull request from a fork', async () => {
    const { github, shop, ada } = house
    const from = addFork(github.world, shop, addPerson(github.world, 'mallory'))
    const pull = github.people.openPull(shop, from.owner, { branch: 'evil', from })
    expect(await answerTo(ada, pull, '/deploy staging')).toContain('fork')
    expect(await answerTo(ada, pull, `/deploy staging ${from.branches.get('evil')}`)).toContain('unreachable-commit')
  })

  it('a head that moved after the words', async () => {
    const { github, shop, ada } = house
    const pull = github.people.openPull(shop, ada, { branch: 'moving' })
    github.hook.hold()
    github.people.comment(shop, ada, { issue: pull, body: '/deploy staging' })
    github.people.push(shop, ada, { branch: 'moving' })
    await github.hook.letGo()
    const answered = await github.until('an answer', () => commentsOn(house, pull.number)[0])
    expect(answered.body).toContain('ref-changed')
  })

  it('a lock of somebody else, until it is opened', async () => {
    const { github, shop, ada } = house
    const bob = addPerson(github.world, 'bob')
    shop.roles.set(bob.id, 'write')
    expect(await answerTo(ada, issue, '/lock staging --reason "audit @everyone"')).toContain('Lock of staging')
    const refusal = await answerTo(bob, issue, '/deploy staging')
    expect(refusal).toContain('lock-held')
    expect(refusal).toContain('audit')
    await answerTo(ada, issue, '/unlock staging')
  })

  it.each([
    ['/deploy nowhere', 'unknown-environment'],
    ['/deploy staging no-such-ref', 'unknown-ref'],
    ['/rollback staging', 'no-rollout'],
    ['/deploy staging --frobnicate', 'unknown-option'],
  ])('%s: %s', async (body, reason) => {
    expect(await answerTo(house.ada, issue, body)).toContain(reason)
  })

  it('quoted, fenced and machine-made words are no commands; strangers are not answered', async () => {
    const { github, shop, ada } = house
    const quiet = github.people.openIssue(shop, ada)
    const bot: Person = { ...addPerson(github.world, 'robot[bot]'), type: 'Bot' }
    const eve = addPerson(github.world, 'eve')
    for (const body of ['> /deploy staging', '```\n/deploy staging\n```', 'please /deploy staging'])
      github.people.comment(shop, ada, { issue: quiet, body })
    github.people.comment(shop, bot, { issue: quiet, body: '/deploy staging' })
    github.people.comment(shop, eve, { issue: quiet, body: 'what is this?' })
    // What comes after them is answered, so they were read.
    expect(await answerTo(ada, quiet, '/deploy nowhere')).toContain('unknown-environment')
  })

  it('nothing ran, and nothing was recorded', () => {
    expect(house.journal()).toEqual([])
    expect(house.shop.deployments).toEqual([])
  })
})

describe('deliveries', () => {
  it('a hundred copies of one at once are one rollout', async () => {
    const { github, shop, ada } = house
    const issue = github.people.openIssue(shop, ada)
    const sha = shop.branches.get('main') ?? ''
    github.hook.hold()
    github.people.comment(shop, ada, { issue, body: '/deploy staging' })
    const copies = (held: readonly Delivery[]) => held.flatMap((one) => Array.from({ length: 100 }, () => one))
    const answers = await github.hook.letGo(copies)
    expect(new Set(answers)).toEqual(new Set([202]))
    await settled(house, { sha, environment: 'staging', state: 'success' })
    expect(deploymentsOf(shop, { sha, environment: 'staging' })).toHaveLength(1)
    expect(ranOn(sha)).toEqual([...STAGING])
    // Nobody was told that a rollout runs already.
    await github.until('the comment tells the end', () =>
      commentsOn(house, issue.number).some(({ body }) => /succeeded/i.test(body)),
    )
    expect(commentsOn(house, issue.number)).toHaveLength(1)
  })

  it('of three merges, shuffled and sent twice, the last is what runs, and none ran twice', async () => {
    const { github, shop, ada } = house
    github.hook.hold()
    const commits = ['one', 'two', 'three'].map((branch) => {
      const pull = github.people.openPull(shop, ada, { branch })
      return github.people.merge(shop, ada, pull)
    })
    const [, , last] = commits
    await github.hook.letGo((held) => [...held, ...held].sort((a, b) => (a.guid < b.guid ? -1 : 1)))
    await settled(house, { sha: last?.sha ?? '', state: 'success' })
    expect(ranOn(last?.sha ?? '')).toEqual([...PRODUCTION])
    for (const { sha } of commits) {
      expect(deploymentsOf(shop, { sha }).length).toBeLessThanOrEqual(1)
      expect(new Set(ranOn(sha)).size).toBe(ranOn(sha).length)
    }
    expect(house.journal().at(-1)).toContain(last?.sha.slice(0, 10))
  })
})

function ranOn(sha: string): string[] {
  const lines = house.journal().filter((line) => line.endsWith(` ${sha.slice(0, 10)}`))
  return lines.map((line) => line.split(' ')[0] ?? '').sort()
}
