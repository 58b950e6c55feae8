// Merges and green checks: every environment that asks for them, once, later while something is in the way, and never what was
// overtaken.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Commit } from '../../support/github-stand-in/world.ts'
import { CONFIG, Town } from '../../support/github-town.ts'

let town: Town
beforeEach(() => {
  town = new Town()
})
afterEach(async () => {
  await town.engine.stop()
  town.close()
})

const short = ({ sha }: Commit) => sha.slice(0, 10)
const done = (note: string) => ({ kind: 'done', note: expect.stringContaining(note) })
const later = { kind: 'later', afterMs: expect.any(Number) }

describe('a push', () => {
  it('is rolled out to the environment that asks for it, and to no other', async () => {
    const commit = town.commit()
    await town.push(commit)
    expect(await town.wishes()).toEqual([done('started')])
    expect(await town.rollouts('staging')).toEqual([`deploy ${short(commit)}: gated`])
    expect(await town.rollouts('production')).toEqual([])
    expect(await town.audit()).toEqual(['github ada deploy staging: accepted'])
  })

  it('delivered twice starts one rollout', async () => {
    const commit = town.commit()
    const over = { ref: 'refs/heads/main', after: commit.sha, deleted: false }
    await town.receive('push', over, 'same')
    await town.receive('push', over, 'same')
    expect(await town.wishes()).toHaveLength(1)
    expect(await town.rollouts('staging')).toHaveLength(1)
  })

  it.each([
    ['to another branch', 'refs/heads/feature'],
    ['of a tag', 'refs/tags/main'],
  ])('%s starts nothing', async (_, ref) => {
    await town.push(town.commit(), ref)
    expect(await town.wishes()).toEqual([])
  })

  it('lists the pull requests that it carries since what succeeded there last, and their times', async () => {
    await town.push(town.commit())
    await town.wishes()
    await town.engine.start()
    await town.engine.idle()
    const one = town.pull({ branch: 'one' })
    const two = town.pull({ branch: 'two' })
    for (const pull of [one, two]) pull.merged = { at: town.world.now(), commit: town.commit().sha }
    await town.push(town.commit())
    expect(await town.wishes()).toEqual([done('started')])
    const [newest] = await town.store.rollouts({ environment: 'staging', limit: 1 })
    expect(newest?.origin?.issues).toEqual([one.number, two.number])
    expect(newest?.origin?.commits?.map(({ mergedAt }) => mergedAt)).toEqual([
      one.merged?.at,
      two.merged?.at,
      undefined,
    ])
  })

  it('a newer merge takes the place of one that waits, and never of one that runs', async () => {
    const first = town.commit()
    await town.push(first)
    await town.wishes()
    const waiting = town.commit()
    await town.push(waiting)
    expect(await town.wishes()).toEqual([later])
    const newest = town.commit()
    await town.push(newest)
    expect(await town.wishes()).toEqual([done('overtaken'), later])
    await town.engine.start()
    await town.engine.idle()
    expect(await town.wishes()).toEqual([done('started')])
    expect(await town.rollouts('staging')).toEqual([
      expect.stringContaining(`deploy ${short(newest)}`),
      `deploy ${short(first)}: succeeded`,
    ])
  })

  it('waits while the environment is halted, locked or held, without a word in the audit', async () => {
    town.remote.behave = () => 'fail'
    const first = town.commit()
    await town.push(first)
    await town.wishes()
    await town.engine.start()
    await town.engine.idle()
    const before = await town.audit()
    expect(await town.rollouts('staging')).toEqual([expect.stringMatching(/: (halted|failed)$/)])
    const by = { via: 'github', id: String(town.eve.id), name: 'eve' } as const
    const place = { application: 'shop', environment: 'staging' }
    await town.engine.changeLock(place, { verb: 'lock', by })
    await town.push(town.commit())
    expect(await town.wishes()).toEqual([later])
    expect(await town.wishes()).toEqual([later])
    expect(await town.audit()).toEqual([...before, 'github eve lock staging: accepted'])
  })

  it('with a configuration that cannot be used is told so on its commit, with the place', async () => {
    const commit = town.commit({
      files: { '.github/houston.yml': CONFIG.replace('deploy: on-merge', 'deploy: often') },
    })
    await town.push(commit)
    expect(await town.wishes()).toEqual([])
    const [run] = town.repository.checkRuns
    expect(run).toMatchObject({ sha: commit.sha, name: 'houston.yml', conclusion: 'neutral' })
    expect(run?.output.summary).toMatch(/\.github\/houston\.yml:4:\d+: environments\.staging\.deploy/)
  })

  it('to a repository that the operator granted nothing is refused on its commit', async () => {
    Object.assign(town.means, { settings: { ...town.means.settings, identities: new Map() } })
    const commit = town.commit()
    await town.push(commit)
    expect(await town.wishes()).toEqual([done('not-granted')])
    expect(await town.audit()).toEqual(['github ada deploy staging: not-granted'])
    expect(town.repository.checkRuns).toMatchObject([{ sha: commit.sha, conclusion: 'neutral' }])
  })

  it('GitHub that is away for hours is no fault of the message', async () => {
    const commit = town.commit()
    town.trouble = () => [502, { message: 'Bad Gateway' }]
    await expect(town.push(commit)).rejects.toMatchObject({ errors: [{ afterMs: 30_000 }] })
  }, 20_000)

  it('GitHub that asks to be left in peace is asked later', async () => {
    await town.push(town.commit())
    town.trouble = () => [429, { message: 'You have exceeded a secondary rate limit' }]
    expect(await town.wishes()).toEqual([{ kind: 'later', afterMs: 60_000 }])
    town.trouble = () => undefined
    expect(await town.wishes()).toEqual([done('started')])
  })
})

describe('green checks', () => {
  const green = CONFIG.replace('deploy: on-merge', 'deploy: on-green, checks: all')
  let commit: Commit
  beforeEach(() => {
    commit = town.commit({ files: { '.github/houston.yml': green } })
  })
  const report = (name: string, conclusion: string | null, app = town.world.ci.id) =>
    town.repository.checkRuns.push({
      ...{ id: town.world.nextId(), sha: commit.sha, name, app, externalId: '', conclusion, actions: [] },
      ...{
        status: conclusion === null ? 'in_progress' : 'completed',
        detailsUrl: null,
        startedAt: null,
        completedAt: null,
      },
      output: { title: null, summary: null, text: null },
    })
  const suite = (sha = commit.sha, over: object = {}) =>
    town.receive('check_suite.completed', { check_suite: { head_sha: sha, head_branch: 'main', ...over } })

  it('start a rollout once, when all are green, however many say so', async () => {
    report('test', 'success')
    report('lint', null)
    await suite()
    expect(await town.wishes()).toEqual([done('pending: ')])
    town.repository.checkRuns.splice(1)
    report('lint', 'success')
    await suite()
    await town.receive('status', { sha: commit.sha, state: 'success' })
    expect(await town.wishes()).toEqual([done('started'), done('carried out already')])
    expect(await town.rollouts('staging')).toHaveLength(1)
  })

  it.each([
    ['failed', 'failure'],
    ['cancelled', 'cancelled'],
    ['of a kind that nobody knows', 'splendid'],
  ])('one that is %s stops it', async (_, conclusion) => {
    report('test', 'success')
    report('lint', conclusion)
    await suite()
    expect(await town.wishes()).toEqual([done('lint')])
    expect(await town.rollouts('staging')).toEqual([])
  })

  it('a page of them that cannot be read stops it', async () => {
    report('test', 'success')
    await suite()
    town.trouble = ({ path }) =>
      path.endsWith('/check-runs') ? [403, { message: 'Resource not accessible' }] : undefined
    await expect(town.wishes()).rejects.toThrow('not accessible')
    expect(await town.rollouts('staging')).toEqual([])
  })

  it('of our own say nothing, and no check at all is not green', async () => {
    report('shop staging / web1', 'success', town.world.app.id)
    await suite(commit.sha, { app: { id: town.world.app.id } })
    expect(await town.wishes()).toEqual([])
    await suite()
    expect(await town.wishes()).toEqual([done('pending: no check has reported yet')])
  })

  it('of a commit that is no longer the head start nothing', async () => {
    report('test', 'success')
    town.commit()
    await suite()
    expect(await town.wishes()).toEqual([])
  })
})
