// A tag that is moved while its release waits for approval: who approves it by name has looked at the commit that it named.

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
