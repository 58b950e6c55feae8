// Tags that name another commit than they seem to, moved or called so: who approves by name has looked at the commit that it named.

import { expect, it } from 'vitest'
import { ApprovalTown } from '../github/approval-town.ts'

it('names no other release, as one does that is rolled out already', async () => {
  const town = new ApprovalTown()
  await town.engine.start()
  town.repository.tags.set('v2', town.commit().sha)
  await town.comment(town.issue(), '/deploy prod v2')
  const waits = (await town.newest()).id
  town.repository.tags.set('v2', town.commit().sha)
  await town.comment(town.issue(), '/deploy prod v2')
  expect(town.replies.at(-1)).toContain('Refused: moved-release')
  expect(await town.newest()).toMatchObject({ id: waits, cursor: { phase: 'unapproved' } })
  await town.engine.stop()
  town.close()
})

it.each([
  ['another commit', (other: string) => other.slice(0, 10), (tip: string) => tip.slice(0, 10)],
  ['a day', () => '20261121', () => '20261121'],
])('a tag that reads like %s', async (_, tagOf, called) => {
  const town = new ApprovalTown()
  await town.engine.start()
  // Digits alone are a date as well as a commit.
  let good = town.commit()
  while (/^\d+$/.test(good.sha.slice(0, 10))) good = town.commit()
  const evil = town.commit()
  const tag = tagOf(good.sha)
  town.repository.tags.set(tag, evil.sha)
  await town.comment(town.issue(), `/deploy prod refs/tags/${tag}`)
  expect((await town.newest()).releaseId).toBe(called(evil.sha))
  await town.comment(town.issue(), `/approve prod ${good.sha.slice(0, 10)}`, { author: town.eve })
  expect([await town.approvedBy(), town.replies.at(-1)]).toEqual([
    [],
    expect.stringContaining('Refused: other-release'),
  ])
  await town.engine.stop()
  town.close()
})
