// From GitHub to the hosts and back: merges and comments deploy over a real fleet, and what GitHub shows is what the hosts ran.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Commit } from '../../support/github-stand-in/world.ts'
import { EVENTS } from './events.ts'
import { type House, OPEN_WITHIN_MS, openHouse, PRODUCTION, STAGING } from './house.ts'
import { commentsOn, deploymentsOf, reactionsTo, runsOf, settled, statesOf } from './records.ts'

let house: House
/** The first good release, and the one after it. */
let first: Commit
let second: Commit

beforeAll(async () => {
  house = await openHouse(EVENTS)
}, OPEN_WITHIN_MS)

afterAll(async () => {
  const complaints = house?.github.complaints()
  await house?.close()
  expect(complaints).toEqual([])
})

/** Hosts that began this release, sorted; each as often as it began it. */
function ran({ sha }: Commit, since = 0): string[] {
  const lines = house.journal().slice(since)
  return lines
    .filter((line) => line.endsWith(` ${sha.slice(0, 10)}`))
    .map((line) => line.split(' ')[0] ?? '')
    .sort()
}

function merge(branch: string, files: Record<string, string> = {}): { commit: Commit; number: number } {
  const { github, shop, ada } = house
  const pull = github.people.openPull(shop, ada, { branch, files })
  return { commit: github.people.merge(shop, ada, pull), number: pull.number }
}

describe('a merge', () => {
  it('is deployed: one deployment, a check run a host, one comment on the pull request, and every host ran it once', async () => {
    house.hold('web4')
    const { commit, number } = merge('first')
    first = commit
    await house.github.until('in progress', () =>
      deploymentsOf(house.shop, first).some((each) => statesOf(each).includes('in_progress')),
    )
    house.release()
    const deployment = await settled(house, { sha: first.sha, state: 'success', runs: 4 })
    expect(deploymentsOf(house.shop, first)).toHaveLength(1)
    expect(deployment).toMatchObject({ task: 'deploy', production: true })
    expect(statesOf(deployment).slice(-2)).toEqual(['in_progress', 'success'])
    expect(deployment?.statuses.at(-1)).toMatchObject({
      environmentUrl: 'https://shop.acme.dev',
      logUrl: expect.stringMatching(new RegExp(`^https://[^/]+/acme/shop/commit/${first.sha}/checks$`)),
    })
    const runs = runsOf(house, first.sha)
    expect(runs.map(({ name, conclusion }) => `${name} ${conclusion}`).sort()).toEqual(
      PRODUCTION.map((host) => `shop production / ${host} success`),
    )
    expect(ran(first)).toEqual([...PRODUCTION])
    const sticky = await house.github.until('the comment tells the end', () => {
      const comments = commentsOn(house, number)
      return comments.some(({ body }) => /succeeded/i.test(body)) && comments
    })
    expect(sticky).toHaveLength(1)
  })

  it('replaces the one before: that deployment becomes inactive', async () => {
    second = merge('second').commit
    await settled(house, { sha: second.sha, state: 'success' })
    await settled(house, { sha: first.sha, state: 'inactive' })
    expect(ran(second)).toEqual([...PRODUCTION])
  })
})

describe('a comment', () => {
  it('/deploy staging on a pull request deploys its head: eyes, one comment kept up to date, rocket', async () => {
    const { github, shop, ada } = house
    const pull = github.people.openPull(shop, ada, { branch: 'third' })
    const sha = shop.branches.get('third') ?? ''
    const comment = github.people.comment(shop, ada, { issue: pull, body: 'Looks good.\n\n/deploy staging' })
    await settled(house, { sha, environment: 'staging', state: 'success' })
    await github.until('rocket', () => reactionsTo(house, comment).includes('rocket'))
    expect(reactionsTo(house, comment)).toEqual(['eyes', 'rocket'])
    expect(commentsOn(house, pull.number)).toHaveLength(1)
    expect(
      house
        .journal()
        .filter((line) => line.endsWith(` ${sha.slice(0, 10)}`))
        .sort(),
    ).toEqual(STAGING.map((host) => `${host} ${sha.slice(0, 10)}`))
  })

  it('/rollback production takes every host back to the release before', async () => {
    const { github, shop, ada } = house
    const since = house.journal().length
    const issue = github.people.openIssue(shop, ada)
    github.people.comment(shop, ada, { issue, body: '/rollback production' })
    await settled(house, { sha: first.sha, task: 'rollback', state: 'success' })
    expect(ran(first, since)).toEqual([...PRODUCTION])
  })
})

describe('a release that fails on hosts', () => {
  it('halts, shows buttons, and Roll back takes only the touched hosts back', async () => {
    const { github, shop, ada } = house
    // The rollback holds what merges would deploy.
    const issue = github.people.openIssue(shop, ada)
    github.people.comment(shop, ada, { issue, body: '/unlock production' })
    await github.until('unlocked', () => commentsOn(house, issue.number).length > 0)
    const { commit } = merge('bad', { broken: `${PRODUCTION.join('\n')}\n` })
    await settled(house, { sha: commit.sha, state: 'failure', runs: 1 })
    const touched = ran(commit)
    expect(touched.length).toBeGreaterThan(0)
    expect(touched.length).toBeLessThan(PRODUCTION.length)
    const run = await github.until('a button', () =>
      runsOf(house, commit.sha).find((each) => each.actions.some(({ identifier }) => identifier === 'rollback')),
    )
    expect(run.conclusion).toMatch(/failure|action_required/)
    const since = house.journal().length
    github.people.press(shop, ada, { run, identifier: 'rollback' })
    await github.until('rolled back', () => {
      const back = deploymentsOf(shop, { sha: first.sha, task: 'rollback' })
      return back.length === 2 && back.at(-1)?.statuses.at(-1)?.state === 'success'
    })
    expect(ran(first, since)).toEqual(touched)
  })
})

it('has one deployment for each rollout, and its own events caused none', () => {
  const all = house.shop.deployments.map(({ environment, task }) => `${environment} ${task}`)
  expect(all).toEqual([
    ...['production deploy', 'production deploy', 'staging deploy'],
    ...['production rollback', 'production deploy', 'production rollback'],
  ])
})
