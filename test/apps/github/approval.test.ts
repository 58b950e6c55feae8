// Approvals at GitHub: who may let a rollout begin by comment or button, what is asked again then, and that nothing began before.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { actInHome } from '../../../src/apps/desk/act-in-home.ts'
import { readHome } from '../../../src/apps/desk/home.ts'
import { showPerson } from '../../support/github-stand-in/show.ts'
import { addPerson, moveBranch } from '../../support/github-stand-in/world.ts'
import { ApprovalTown, BY_TEAM, CONFIG } from './approval-town.ts'

let town: ApprovalTown
const open = async (config: string) => {
  await close()
  town = new ApprovalTown(config)
  await town.engine.start()
}
const close = async () => {
  await town?.engine.stop()
  town?.close()
}
beforeEach(() => open(CONFIG))
afterEach(close)

describe('an approval', () => {
  it('by another person’s comment lets it begin; before that no host is touched', async () => {
    await town.comment(town.issue(), '/deploy prod')
    expect([await town.rollouts('production'), town.begun]).toEqual([[`deploy ${town.release}: unapproved`], 0])
    const comment = await town.comment(town.issue(), `/approve prod ${town.release}`, { author: town.eve })
    await town.engine.idle()
    expect([await town.rollouts('production'), town.begun]).toEqual([[`deploy ${town.release}: succeeded`], 1])
    expect([town.reactions(comment), town.replies]).toEqual([['eyes', '+1'], []])
    expect(await town.audit()).toEqual([
      'github ada deploy production: accepted',
      'github eve approve production: accepted',
    ])
  })

  it.each([7, 40])('may name the commit by %i of its digits, and no other', async (digits) => {
    await town.comment(town.issue(), '/deploy prod')
    const other = town.tip.slice(0, digits - 1) + (town.tip[digits - 1] === '0' ? '1' : '0')
    await town.comment(town.issue(), `/approve prod ${other}`, { author: town.eve })
    expect([await town.approvedBy(), town.replies.length]).toEqual([[], 1])
    await town.comment(town.issue(), `/approve prod ${town.tip.slice(0, digits)}`, { author: town.eve })
    expect(await town.approvedBy()).toEqual(['eve'])
  })

  it('by button and by comment are of one kind, and one person is one, however often delivered', async () => {
    await open(CONFIG.replace('[prod1] }, approvals: {}', '[prod1] }, approvals: { required: 2 }'))
    await town.comment(town.issue(), '/deploy prod')
    const { id } = await town.newest()
    for (const delivery of ['one', 'one', 'two']) await town.press(id, { delivery })
    expect([await town.approvedBy(), (await town.newest()).cursor.phase]).toEqual([['eve'], 'unapproved'])
    await town.comment(town.issue(), '/approve prod', { author: town.bob })
    await town.engine.idle()
    expect([await town.approvedBy(), (await town.newest()).cursor.phase]).toEqual([['eve', 'bob'], 'succeeded'])
  })

  it('is of those whom `from` names, who need not be deployers; deployers alone are not', async () => {
    await open(BY_TEAM)
    const grace = addPerson(town.world, 'grace')
    town.world.teams.set('acme/sre', new Set([grace.id]))
    await town.comment(town.issue(), '/deploy prod')
    await town.comment(town.issue(), '/approve prod', { author: town.eve })
    expect(town.replies).toEqual([expect.stringMatching(/Refused: not-allowed[\s\S]*membership of acme\/sre/)])
    await town.comment(town.issue(), '/approve prod', { author: grace })
    expect(await town.approvedBy()).toEqual(['grace'])
  })

  it('is not needed for a rollback, which goes back from what runs and not from what waits', async () => {
    const goes = async () => {
      await town.comment(town.issue(), '/deploy prod main')
      await town.comment(town.issue(), '/approve prod', { author: town.eve })
      await town.engine.idle()
      return town.release
    }
    const [first] = [await goes(), town.commit(), await goes(), town.commit()]
    await town.comment(town.issue(), '/deploy prod main')
    await town.comment(town.issue(), '/rollback prod')
    await town.engine.idle()
    const [back, waited] = await town.rollouts('production')
    expect([back, waited]).toEqual([`rollback ${first}: succeeded`, `deploy ${town.release}: superseded`])
  })
})

describe('refused, told and noted:', () => {
  const refused = async (reason: string, { by = town.eve, environment = 'production', release = '' } = {}) => {
    const before = town.replies.length
    const comment = await town.comment(town.issue(), `/approve ${environment} ${release}`, { author: by })
    expect(town.replies.slice(before)).toEqual([expect.stringContaining(`Refused: ${reason}`)])
    expect(town.reactions(comment)).toContain('confused')
    expect((await town.audit()).at(-1)).toBe(`github ${by.login} approve ${environment}: ${reason}`)
    const { id, cursor } = await town.newest(environment)
    expect([cursor.phase, cursor.approvals?.given, town.begun]).toEqual(['unapproved', [], 0])
    if (release === '') await town.press(id, { sender: by })
    expect([(await town.newest(environment)).cursor.phase, town.begun]).toEqual(['unapproved', 0])
  }
  const addDeployer = (login: string) => {
    const person = addPerson(town.world, login)
    town.repository.roles.set(person.id, 'write')
    return person
  }
  const asked = async (by = town.ada) => {
    await town.comment(town.issue(), '/deploy prod main', { author: by })
  }

  it('whoever asked for it', async () => {
    await asked()
    await refused('not-a-second-person', { by: town.ada })
  })

  it('whoever wrote a commit of it, or committed what somebody else wrote', async () => {
    town.commit({ author: town.eve })
    town.commit({ author: town.ada, committer: town.bob })
    await asked()
    await town.comment(town.issue(), '/approve prod', { author: town.eve })
    await town.engine.idle()
    town.commit({ author: town.eve })
    town.commit({ author: town.ada, committer: town.bob })
    await asked()
    expect((await town.newest()).cursor.approvals?.authors.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['eve', 'ada', 'bob']),
    )
    const hosts = town.begun
    for (const author of [town.eve, town.bob]) await town.comment(town.issue(), '/approve prod', { author })
    expect(town.replies.slice(-2)).toEqual(Array(2).fill(expect.stringContaining('Refused: not-a-second-person')))
    expect([(await town.newest()).cursor.phase, town.begun]).toEqual(['unapproved', hosts])
  })

  it('whoever opened the pull request, whatever name stands in its commits', async () => {
    const commit = town.commit({ branch: 'feature', author: town.ada })
    const pull = town.pull({ branch: 'feature', author: town.eve })
    await town.comment(pull, '/deploy prod', { author: town.ada })
    expect((await town.newest()).releaseId).toBe(commit.sha.slice(0, 10))
    await refused('not-a-second-person')
  })

  it('whoever wrote what it goes back to, though that brings no commit', async () => {
    const older = town.commit({ author: town.eve })
    town.commit({ author: town.bob })
    await asked()
    await town.comment(town.issue(), '/approve prod', { author: addDeployer('grace') })
    await town.engine.idle()
    const { begun } = town
    await town.comment(town.issue(), `/deploy prod ${older.sha} --backwards`)
    await town.comment(town.issue(), '/approve prod', { author: town.eve })
    expect([(await town.newest()).cursor.phase, town.begun]).toEqual(['unapproved', begun])
    expect(town.replies.at(-1)).toContain('Refused: not-a-second-person')
  })

  it('whoever pushed the branch last, though others wrote all of it', async () => {
    const commit = town.commit({ branch: 'feature', author: town.ada })
    moveBranch(town.world, town.repository, { branch: 'feature', to: commit, actor: town.eve })
    await town.comment(town.issue(), '/deploy prod feature')
    await refused('not-a-second-person')
  })

  it('whoever merged', async () => {
    await town.push(town.commit(), 'refs/heads/main', town.eve)
    await town.wishes()
    await refused('not-a-second-person', { environment: 'staging' })
  })

  it('whoever merged, where checks opened the way', async () => {
    await open(CONFIG.replace('deploy: on-merge', 'deploy: on-green, checks: all'))
    const commit = town.commit({ author: town.ada })
    moveBranch(town.world, town.repository, { branch: 'main', to: commit, actor: town.eve })
    town.repository.checkRuns.push({
      ...{ id: town.world.nextId(), sha: commit.sha, name: 'test', app: town.world.ci.id, externalId: '', actions: [] },
      ...{ status: 'completed', conclusion: 'success', detailsUrl: null, startedAt: null, completedAt: null },
      output: { title: null, summary: null, text: null },
    })
    await town.receive('check_suite.completed', { check_suite: { head_sha: commit.sha, head_branch: 'main' } })
    await town.wishes()
    await refused('not-a-second-person', { environment: 'staging' })
  })

  it('whoever set a workflow going that created the deployment', async () => {
    const bot = { id: 41_898_282, login: 'github-actions[bot]', type: 'Bot' } as const
    const given = { sha: town.tip, ref: 'main', task: 'deploy', environment: 'production', payload: {} }
    const deployment = { id: 5, ...given, creator: showPerson(bot), performed_via_github_app: null }
    const workflow_run = { triggering_actor: showPerson(town.eve) }
    await town.receive('deployment.created', { deployment, workflow_run, sender: showPerson(bot) })
    expect(await town.newest()).toMatchObject({ cursor: { phase: 'unapproved' }, origin: { deployment: 5 } })
    await refused('not-a-second-person')
  })

  it.each<[string, object]>([
    ['GitHub does not say who', {}],
    ['it is another machine', { workflow_run: { triggering_actor: { id: 7, login: 'renovate[bot]', type: 'Bot' } } }],
  ])('nobody, when a machine created the deployment and whoever set it going is unknown: %s', async (_, over) => {
    const bot = { id: 41_898_282, login: 'github-actions[bot]', type: 'Bot' } as const
    const given = { sha: town.tip, ref: 'main', task: 'deploy', environment: 'production', payload: {} }
    const deployment = { id: 5, ...given, creator: showPerson(bot), performed_via_github_app: null }
    town.repository.deployments.push({
      ...{ ...given, id: 5, author: town.ada, at: town.world.now(), description: '', production: true, statuses: [] },
    })
    await town.receive('deployment.created', { deployment, workflow_run: null, sender: showPerson(bot), ...over })
    expect([await town.rollouts('production'), town.begun]).toEqual([[], 0])
    expect((await town.audit()).at(-1)).toMatch(/bot\] deploy production: not-allowed$/)
  })

  it('nobody, when a job was run again and whoever did so is unknown', async () => {
    const reading = await readHome(town.means, 'acme/shop')
    if (reading.kind === 'homeless') throw new Error(reading.refusal.reason)
    const person = { via: 'workflow', id: `${town.repository.id}/unknown`, name: 'acme/shop (ada)' } as const
    const target = { application: 'shop', environment: 'production' }
    const act = { verb: 'deploy', target, all: false, backwards: false } as const
    const acted = await actInHome(town.means, reading.home, { asker: { person, intent: 'w', at: Date.now() }, act })
    expect(acted).toMatchObject({ reason: 'not-allowed', detail: { needs: expect.stringContaining('run again') } })
    expect([await town.rollouts('production'), town.begun]).toEqual([[], 0])
  })

  it('a workflow', async () => {
    await asked()
    const reading = await readHome(town.means, 'acme/shop')
    if (reading.kind === 'homeless') throw new Error(reading.refusal.reason)
    const person = { via: 'workflow', id: `${town.repository.id}/${town.eve.id}`, name: 'eve' } as const
    const act = { verb: 'approve', target: { application: 'shop', environment: 'production' } } as const
    const asker = { person, intent: 'w', at: Date.now() }
    expect(await actInHome(town.means, reading.home, { asker, act })).toMatchObject({
      ...{ reason: 'not-a-second-person', detail: { who: 'workflow' } },
    })
    expect((await town.audit()).at(-1)).toBe('workflow eve approve production: not-a-second-person')
  })

  it('a bot is not answered', async () => {
    await asked()
    const comment = await town.comment(town.issue(), '/approve prod', {
      author: town.bob,
      over: { user: { type: 'Bot' } },
    })
    expect([town.replies, town.reactions(comment), await town.approvedBy()]).toEqual([[], [], []])
  })

  it.each<[string, number]>([
    ['the team is not there', 404],
    ['the team may not be read', 403],
  ])('%s', async (_, status) => {
    await open(BY_TEAM)
    town.world.teams.set('acme/sre', new Set([town.eve.id]))
    await asked()
    town.trouble = ({ path }) =>
      path.includes('/teams/') ? [status, { message: 'Resource not accessible' }] : undefined
    await refused('not-allowed')
  })

  it('another release was meant', async () => {
    await asked()
    await refused('other-release', { release: 'v9' })
  })

  it('the branch was pushed over, and no branch has the commit now', async () => {
    town.commit({ branch: 'feature' })
    await town.comment(town.pull({ branch: 'feature' }), '/deploy prod')
    const other = { parents: [town.tip], author: town.ada, files: {}, message: 'Instead' }
    const to = { ...other, sha: 'f'.repeat(40), at: town.world.now() }
    town.repository.commits.set(to.sha, to)
    moveBranch(town.world, town.repository, { branch: 'feature', to, actor: town.ada })
    await refused('ref-changed')
    expect(town.replies[0]).toMatch(/is on no branch of this repository any more[\s\S]*\/deploy production main/)
  })

  it('whoever asked for it may not deploy any more', async () => {
    await asked()
    town.repository.roles.set(town.ada.id, 'read')
    await refused('requester-lost-right')
  })

  it('somebody else has locked the environment', async () => {
    await asked()
    const by = { via: 'github', id: String(town.bob.id), name: 'bob' } as const
    await town.engine.changeLock({ application: 'shop', environment: 'production' }, { verb: 'lock', by })
    await refused('lock-held')
  })
})
