// A merge that waits for two people, over a real fleet: no host begins before both have said yes, and what nobody approved is in
// nobody's way when the one before has to be taken back. The hosts' own journal judges.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { addPerson, type Commit, type Person, type Pull } from '../../support/github-stand-in/world.ts'
import { EVENTS } from './events.ts'
import { type House, OPEN_WITHIN_MS, openHouse, PRODUCTION, type ZoneOf } from './house.ts'
import { commentsOn, deploymentsOf, reactionsTo, runsOf, settled, statesOf } from './records.ts'

let house: House
let bob: Person
let eve: Person

const environments = (zone: ZoneOf) => `  production:
    deploy: on-merge
    approvals: { required: 2 }
    zones:
${zone('eu-1a', PRODUCTION)}
`

beforeAll(async () => {
  house = await openHouse(EVENTS, environments)
  const { github, shop } = house
  bob = addPerson(github.world, 'bob')
  eve = addPerson(github.world, 'eve')
  for (const { id } of [bob, eve]) shop.roles.set(id, 'write')
}, OPEN_WITHIN_MS)

afterAll(async () => {
  const complaints = house?.github.complaints()
  await house?.close()
  expect(complaints).toEqual([])
})

type Merged = { pull: Pull; commit: Commit; release: string }

function merge(branch: string): Merged {
  const { github, shop, ada } = house
  const pull = github.people.openPull(shop, ada, { branch })
  const commit = github.people.merge(shop, ada, pull)
  return { pull, commit, release: commit.sha.slice(0, 10) }
}

const ran = (release: string, since = 0) =>
  house
    .journal()
    .slice(since)
    .filter((line) => line.endsWith(` ${release}`))
    .map((line) => line.split(' ')[0])
    .sort()

const say = ({ pull }: Merged, author: Person, body: string) =>
  house.github.people.comment(house.shop, author, { issue: pull, body })

/** The rollout's one comment on the pull request. */
const sticky = ({ pull }: Merged, words: RegExp) =>
  house.github.until(`the comment tells ${words}`, () =>
    commentsOn(house, pull.number).find(({ body }) => words.test(body)),
  )

const gate = ({ commit }: Merged, conclusion = 'action_required') =>
  house.github.until(`the run to approve: ${conclusion}`, () =>
    runsOf(house, commit.sha).find((run) => run.name.endsWith('/ approval') && run.conclusion === conclusion),
  )

async function approveByTwo(merged: Merged): Promise<void> {
  house.github.people.press(house.shop, bob, { run: await gate(merged), identifier: 'approve' })
  say(merged, eve, `/approve production ${merged.release}`)
  await settled(house, { sha: merged.commit.sha, state: 'success', runs: 5 })
}

let first: Merged
let second: Merged

it('waits on every surface, and touches no host', { timeout: 60_000 }, async () => {
  first = merge('first')
  await settled(house, { sha: first.commit.sha, state: 'pending' })
  const [deployment] = deploymentsOf(house.shop, first.commit)
  expect(deployment?.statuses.at(-1)?.description).toBe(
    '2 of 2 approvals missing (not by who asked for it or wrote it)',
  )
  const { body } = await sticky(first, /Nothing has begun/)
  expect(body).toContain(`Next: \`/approve production ${first.release}\`, \`/abort production\``)
  expect(await gate(first)).toMatchObject({
    ...{ status: 'completed', conclusion: 'action_required', actions: [{ identifier: 'approve', label: 'Approve' }] },
    output: { title: '2 of 2 missing', summary: expect.stringContaining('Nothing has begun') },
  })
  expect(runsOf(house, first.commit.sha)).toHaveLength(1)
  expect(house.journal()).toEqual([])
})

it('is not begun by whoever merged it, nor by one of two', { timeout: 60_000 }, async () => {
  const asked = say(first, house.ada, '/approve production')
  await house.github.until('refused', () => reactionsTo(house, asked).includes('confused'))
  await sticky(first, /Refused: not-a-second-person[\s\S]*You asked for this rollout yourself/)
  house.github.people.press(house.shop, bob, { run: await gate(first), identifier: 'approve' })
  await sticky(first, /1 of 2 approvals missing .*given by bob/)
  expect(house.journal()).toEqual([])
})

it('begins with the second one, by comment, and says who approved it', { timeout: 60_000 }, async () => {
  const said = say(first, eve, `/approve production ${first.release}`)
  const deployment = await settled(house, { sha: first.commit.sha, state: 'success', runs: 5 })
  await house.github.until('👍', () => reactionsTo(house, said).includes('+1'))
  // What is between them may be too short to be told.
  const [before, given, ...others] = statesOf(deployment)
  expect([before, given, others.at(-1)]).toEqual(['pending', 'pending', 'success'])
  await sticky(first, /succeeded[\s\S]*Approved by `bob`, `eve`\./)
  expect(await gate(first, 'success')).toMatchObject({ actions: [], output: { title: 'approved' } })
  expect(ran(first.release)).toEqual([...PRODUCTION])
  // The refusal is a comment of its own.
  expect(commentsOn(house, first.pull.number)).toHaveLength(2)
})

it('a rollback needs no approval, and goes back from what runs, not from what waits', { timeout: 90_000 }, async () => {
  second = merge('second')
  await approveByTwo(second)
  const third = merge('third')
  await settled(house, { sha: third.commit.sha, state: 'pending' })
  const since = house.journal().length
  const issue = house.github.people.openIssue(house.shop, house.ada)
  house.github.people.comment(house.shop, house.ada, { issue, body: '/rollback production' })
  await settled(house, { sha: first.commit.sha, task: 'rollback', state: 'success' })
  expect([ran(first.release, since), ran(third.release)]).toEqual([[...PRODUCTION], []])
  await settled(house, { sha: third.commit.sha, state: 'error' })
  await house.github.until('no button', () =>
    runsOf(house, third.commit.sha).every(({ conclusion, actions }) => conclusion === 'cancelled' && !actions.length),
  )
  expect(runsOf(house, third.commit.sha)).toHaveLength(1)
})
