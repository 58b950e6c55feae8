// A push to the default branch: every environment that deploys on merge, once, and never what was overtaken.

import { afterEach, beforeEach, expect, it } from 'vitest'
import { Town } from '../../support/github-town.ts'

let town: Town
beforeEach(() => {
  town = new Town()
})
afterEach(() => town.close())

it('a merge is rolled out to the environment that asks for it, and to no other', async () => {
  const commit = town.commit()
  await town.push(commit)
  expect(await town.wishes()).toEqual([{ kind: 'done', note: expect.stringContaining('started') }])
  expect(await town.rollouts('staging')).toEqual([`deploy ${commit.sha.slice(0, 10)}: gated`])
  expect(await town.rollouts('production')).toEqual([])
  expect(await town.audit()).toEqual(['github ada deploy staging: accepted'])
})
