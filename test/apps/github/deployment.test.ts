// Deployments that others create, and the buttons of our check runs.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { APP_ID } from '../../support/github-edge.ts'
import { showPerson } from '../../support/github-stand-in/show.ts'
import type { Person } from '../../support/github-stand-in/world.ts'
import { CONFIG, Town } from '../../support/github-town.ts'

let town: Town
beforeEach(() => {
  town = new Town()
})
afterEach(async () => {
  await town.engine.stop()
  town.close()
})

const tip = () => town.repository.branches.get('main') ?? ''

describe('a deployment of somebody else', () => {
  async function create(over: object = {}, creator: Person | undefined = town.ada): Promise<number> {
    const id = town.world.nextId()
    const given = { sha: tip(), ref: 'main', task: 'deploy', environment: 'production', payload: {}, ...over }
    const statuses: never[] = []
    town.repository.deployments.push({
      ...{ id, ...given, author: town.ada, at: town.world.now(), description: '', production: true, statuses },
    })
    const deployment = { id, ...given, creator: showPerson(creator), performed_via_github_app: null, ...over }
    await town.receive('deployment.created', { deployment, sender: showPerson(creator) })
    return id
  }
  const told = () =>
    town.repository.deployments.flatMap(({ statuses }) => statuses.map(({ description }) => description))

  it('is carried out, and their record is the rollout’s', async () => {
    const id = await create()
    expect(await town.rollouts('production')).toEqual([`deploy ${tip().slice(0, 10)}: gated`])
    const [rollout] = await town.store.rollouts({ limit: 1 })
    expect(rollout?.origin?.deployment).toBe(id)
    expect(await town.audit()).toEqual(['github ada deploy production: accepted'])
  })

  it('of a tag is called by it', async () => {
    town.repository.tags.set('v3', tip())
    await create({ ref: 'v3' })
    expect(await town.rollouts('production')).toEqual(['deploy v3: gated'])
  })

  it.each<[string, object]>([
    ['for an environment that we do not know', { environment: 'github-pages' }],
    ['for another task', { task: 'deploy:migrations' }],
    ['of our own, by the App', { performed_via_github_app: { id: APP_ID } }],
    ['of our own, by its marker', { payload: { houston: 'r1/deployment/1' } }],
    ['of our own, by its marker as text', { payload: '{"houston":"r1/deployment/1"}' }],
  ])('%s is left alone', async (_, over) => {
    await create(over)
    expect([await town.rollouts('production'), town.writes, await town.audit()]).toEqual([[], [], []])
  })

  it('by somebody without the right is refused on it', async () => {
    await create({}, town.eve)
    expect(told()).toEqual(['Refused: not-allowed'])
    expect(await town.audit()).toEqual(['github eve deploy production: not-allowed'])
  })

  it('of a commit that no branch here has is refused on it', async () => {
    const commit = town.commit({ branch: 'evil' })
    town.repository.branches.delete('evil')
    await create({ sha: commit.sha, ref: commit.sha })
    expect(told()).toEqual(['Refused: unreachable-commit'])
  })

  it('by a workflow is automatic, and needs an environment that whoever may write deploys to', async () => {
    const bot = { id: 41_898_282, login: 'github-actions[bot]', type: 'Bot' } as const
    await create({}, bot)
    expect(await town.rollouts('production')).toHaveLength(1)
    const [entry] = await town.store.audit({ limit: 1 })
    expect(entry?.fact).toMatchObject({ automatic: true })
    town.commit({
      files: { '.github/houston.yml': CONFIG.replace('production: {', 'production: { deployers: [admin], ') },
    })
    await create({}, bot)
    expect(told()).toEqual(['Refused: not-allowed'])
  })
})

describe('a button', () => {
  const press = (
    rollout: string,
    identifier: string,
    over: { sender?: Person; app?: number; delivery?: string } = {},
  ) => {
    const { sender = town.ada, app = APP_ID, delivery } = over
    const check_run = { external_id: `${rollout}/check/host/0/1`, head_sha: tip(), app: { id: app } }
    const payload = { check_run, requested_action: { identifier }, sender: showPerson(sender) }
    return town.receive('check_run.requested_action', payload, delivery)
  }
  const newest = async () => (await town.store.rollouts({ environment: 'production', limit: 1 }))[0]?.id ?? ''

  beforeEach(async () => {
    await town.comment(town.issue(), '/deploy prod')
    await town.engine.start()
    await town.engine.idle()
    town.remote.behave = ({ release }) => (release === tip().slice(0, 10) ? 'fail' : 'ok')
    town.commit()
    await town.comment(town.issue(), '/deploy prod main')
    await town.engine.idle()
  })

  it('rolls back, once, and tells where the rollout was asked for', async () => {
    const bad = await newest()
    await press(bad, 'rollback', { delivery: 'pressed' })
    await press(bad, 'rollback', { delivery: 'pressed' })
    await town.engine.idle()
    expect((await town.rollouts('production')).map((each) => each.split(' ')[0])).toEqual([
      'rollback',
      'deploy',
      'deploy',
    ])
    expect((await town.store.rollouts({ limit: 1 }))[0]?.origin?.issues).toContain(2)
    expect(town.repository.checkRuns).toEqual([])
  })

  it('rolls back also when a broken configuration was merged since', async () => {
    town.commit({ files: { '.github/houston.yml': `${CONFIG}nonsense: 1\n` } })
    await press(await newest(), 'retry')
    expect(town.repository.checkRuns.map(({ output }) => output?.title)).toEqual(['Refused: broken-configuration'])
    await press(await newest(), 'rollback')
    expect(await town.audit()).toContain('github ada rollback production: accepted')
  })

  it('retries', async () => {
    town.remote.behave = () => 'ok'
    await press(await newest(), 'retry')
    await town.engine.idle()
    expect((await town.rollouts('production'))[0]).toContain('succeeded')
    expect(await town.audit()).toContain('github ada retry production: accepted')
  })

  it.each<[string, string, (ids: string[]) => Promise<void>]>([
    ['by somebody without the right', 'not-allowed', ([id = '']) => press(id, 'rollback', { sender: town.eve })],
    ['of a rollout that is not the newest', 'not-the-newest', ([, old = '']) => press(old, 'rollback')],
    ['for what is not possible now', 'not-possible-now', ([id = '']) => press(id, 'continue')],
  ])('%s is refused on the commit, and noted', async (_, reason, act) => {
    const ids = (await town.store.rollouts({ environment: 'production', limit: 2 })).map(({ id }) => id)
    await act(ids)
    expect(town.repository.checkRuns).toMatchObject([
      { conclusion: 'neutral', output: { title: `Refused: ${reason}` } },
    ])
    expect((await town.audit()).at(-1)).toContain(reason)
    expect(await town.rollouts('production')).toHaveLength(2)
  })

  it.each<[string, () => Promise<void>]>([
    ['of another App', async () => press(await newest(), 'rollback', { app: 5 })],
    ['that we do not know', async () => press(await newest(), 'lgtm')],
    ['of no rollout', () => press('', 'rollback')],
  ])('%s is left alone', async (_, act) => {
    const before = await town.audit()
    await act()
    expect([town.repository.checkRuns, await town.audit()]).toEqual([[], before])
  })
})
