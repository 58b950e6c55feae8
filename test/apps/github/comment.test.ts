// Commands in comments: what is carried out, and what is not answered at all.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Town } from '../../support/github-town.ts'

let town: Town
beforeEach(() => {
  town = new Town()
})
afterEach(async () => {
  await town.engine.stop()
  town.close()
})

const head = () => (town.repository.branches.get('main') ?? '').slice(0, 10)

describe('/deploy', () => {
  it('on an issue brings the default branch, and says so by the rollout itself', async () => {
    const issue = town.issue()
    const comment = await town.comment(issue, 'Ship it!\n\n/deploy prod --reason "the sale"')
    expect(await town.rollouts('production')).toEqual([`deploy ${head()}: gated`])
    const [rollout] = await town.store.rollouts({ environment: 'production', limit: 1 })
    expect(rollout).toMatchObject({ reason: 'the sale', requestedBy: { via: 'github', id: String(town.ada.id) } })
    expect(rollout?.origin).toMatchObject({ issues: [issue.number], comment })
    expect(town.reactions(comment)).toEqual(['eyes'])
    expect(town.replies).toEqual([])
    expect(await town.audit()).toEqual(['github ada deploy production: accepted'])
  })

  it('on a pull request brings its head, also after it was merged by a squash, and then what was merged', async () => {
    const tried = town.commit({ branch: 'feature' })
    const pull = town.pull({ branch: 'feature' })
    await town.comment(pull, '/deploy prod')
    expect(await town.rollouts('production')).toEqual([`deploy ${tried.sha.slice(0, 10)}: gated`])
    await town.engine.start()
    await town.engine.idle()
    const squashed = town.commit()
    pull.merged = { at: town.world.now(), commit: squashed.sha }
    await town.comment(pull, '/deploy prod main')
    expect((await town.rollouts('production'))[0]).toContain(squashed.sha.slice(0, 10))
    expect(town.replies).toEqual([])
  })

  it('of a tag is called by it', async () => {
    town.repository.tags.set('v1.4.2', town.commit().sha)
    await town.comment(town.issue(), '/deploy prod v1.4.2')
    expect(await town.rollouts('production')).toEqual(['deploy v1.4.2: gated'])
  })

  it('--plan shows what it would do, and begins nothing', async () => {
    const comment = await town.comment(town.issue(), '/deploy prod --plan')
    expect(await town.rollouts('production')).toEqual([])
    expect(town.replies).toEqual([expect.stringContaining(`deploy of ${head()} to shop production: all 1 host`)])
    expect(town.reactions(comment)).toEqual(['eyes'])
  })

  it('delivered ten times begins one rollout and answers once', async () => {
    const issue = town.issue()
    const body = '/deploy prod\n/deploy nowhere'
    await town.comment(issue, body, { delivery: 'one' })
    for (let time = 0; time < 9; time += 1) await town.comment(issue, body, { delivery: 'one' })
    expect(await town.rollouts('production')).toHaveLength(1)
    expect(town.replies).toHaveLength(1)
  }, 60_000)
})

describe('not answered', () => {
  it.each<[string, string, Parameters<Town['comment']>[2]]>([
    ['talk', 'we should /deploy prod soon', {}],
    ['a quote', '> /deploy prod', {}],
    ['code', '```\n/deploy prod\n```', {}],
    ['somebody else’s command', '/assign @ada', {}],
    ['a bot', '/deploy prod', { over: { user: { type: 'Bot' } } }],
    ['an App in somebody’s name', '/deploy prod', { over: { performed_via_github_app: { id: 5 } } }],
  ])('%s', async (_, body, of) => {
    const comment = await town.comment(town.issue(), body, of)
    expect([town.replies, town.reactions(comment), await town.audit()]).toEqual([[], [], []])
    expect(town.writes).toEqual([])
  })

  it('an edited comment', async () => {
    await town.receive('issue_comment.edited', { comment: { body: '/deploy prod' } })
    expect(town.writes).toEqual([])
  })

  it('a stranger who looks or mistypes', async () => {
    for (const body of ['/status', '/help', '/where abcdef0', '/history prod', '/deploy nowhere'])
      await town.comment(town.issue(), body, { author: town.eve })
    expect(town.writes).toEqual([])
  })
})

describe('what is asked of a rollout', () => {
  it('is answered by it: halt, resume, rollback, skip, and a lock that somebody else has', async () => {
    const issue = town.issue()
    await town.comment(issue, '/deploy prod')
    await town.engine.start()
    await town.engine.idle()
    await town.comment(issue, '/halt prod')
    expect(town.replies).toEqual([expect.stringContaining('Refused: not-possible-now')])
    await town.comment(issue, '/retry prod\n/continue prod\n/resume prod\n/abort prod\n/approve prod\n/skip prod prod1')
    expect(town.replies).toHaveLength(6)
    town.commit()
    await town.comment(issue, '/deploy prod main')
    await town.engine.idle()
    const comment = await town.comment(issue, '/rollback prod --reason "too slow"')
    expect(await town.rollouts('production')).toHaveLength(3)
    expect((await town.rollouts('production'))[0]).toContain('rollback')
    expect(town.reactions(comment)).toEqual(['eyes'])
    await town.engine.idle()
  })

  it('halts a rollout that runs, with a thumb up', async () => {
    town.remote.behave = () => ({ kind: 'slow', ms: 2_000 })
    await town.engine.start()
    await town.comment(town.issue(), '/deploy prod')
    const comment = await town.comment(town.issue(), '/halt prod')
    expect(town.reactions(comment)).toEqual(['eyes', '+1'])
    expect(await town.audit()).toContain('github ada halt production: accepted')
  })

  it('locks, waits, steals', async () => {
    town.repository.roles.set(town.eve.id, 'write')
    const issue = town.issue()
    await town.comment(issue, '/lock prod --for 2h --reason "a @acme/team <b>migration"')
    await town.comment(issue, '/deploy prod', { author: town.eve })
    await town.comment(issue, '/unlock prod --steal', { author: town.eve })
    expect(town.replies.map((reply) => /\*\*(.*)\*\*/.exec(reply)?.[1])).toEqual([
      'Lock of production',
      'Refused: lock-held',
      'Lock of production',
    ])
    expect(town.replies[1]).toMatch(/```text\n[\s\S]*a @acme\/team <b>migration[\s\S]*```/)
  })
})

it('looks: status, history, where, help', async () => {
  const issue = town.issue()
  await town.comment(issue, '/deploy prod')
  await town.engine.start()
  await town.engine.idle()
  await town.comment(issue, `/status\n/history prod\n/where ${head()}\n/help rollback\n/history prod --at never`)
  await town.comment(issue, '/where #7\n/where abcd')
  expect(town.replies).toEqual([
    expect.stringMatching(/Nothing was rolled out to `staging` yet\.[\s\S]*succeeded: 1 of 1 done/),
    expect.stringContaining(`deploy  ${head()}  succeeded`),
    expect.stringContaining('runs on 1 host since'),
    expect.stringContaining('/rollback <environment> [to <release>]'),
    expect.stringContaining('"never" is no moment'),
    expect.stringContaining('No such release'),
    expect.stringContaining('No such release'),
  ])
})
