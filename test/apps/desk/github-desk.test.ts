// The desk of GitHub's repositories: the contract, and what is GitHub's own: outages, linked people, workflows, look-alikes.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGithubDesk, type GithubDesk } from '../../../src/apps/desk/github-desk.ts'
import { openOwnedPlaces } from '../../../src/apps/desk/owned-places.ts'
import type { Person } from '../../../src/core/intent.ts'
import { deskSuite } from '../../support/desk-suite.ts'
import { addRepository } from '../../support/github-stand-in/world.ts'
import { CONFIG, Town } from '../../support/github-town.ts'

const ASKING = CONFIG.replace('production: { ', 'production: { confirm: true, ')
const target = { application: 'shop', environment: 'production' } as const
const deploy = { verb: 'deploy', all: false, backwards: false, target } as const

function deskOf(town: Town, now: () => number): GithubDesk {
  return createGithubDesk(town.means, { owned: openOwnedPlaces(town.store, Date.now), now })
}

function asPerson({ id, login }: { id: number; login: string }): Person {
  return { via: 'github', id: String(id), name: login }
}

describe('the contract', () => {
  deskSuite(async () => {
    const town = new Town(ASKING)
    for (const tag of ['v1', 'v2']) town.repository.tags.set(tag, town.commit().sha)
    await town.engine.start()
    return {
      ...{ desk: deskOf(town, Date.now), store: town.store, target, refs: ['v1', 'v2'] },
      ...{ ada: asPerson(town.ada), eve: asPerson(town.eve), now: town.world.now, idle: () => town.engine.idle() },
      close: async () => {
        await town.engine.stop()
        town.close()
      },
    }
  })
})

describe('at GitHub', () => {
  let town: Town
  let clock: number
  let desk: GithubDesk
  let intents = 0
  beforeEach(async () => {
    town = new Town(ASKING)
    clock = Date.now()
    desk = deskOf(town, () => clock)
    await town.engine.start()
  })
  afterEach(async () => {
    await town.engine.stop()
    town.close()
  })
  const asker = (person: Person = asPerson(town.ada)) => ({ person, intent: `test:${++intents}`, at: town.world.now() })
  const away = () => {
    town.trouble = () => [503, {}]
  }

  it('who looks often at what waits asks GitHub about it once a minute, and anew about what takes its place', async () => {
    town.commit({ files: { '.github/houston.yml': ASKING.replace('confirm: true', 'confirm: true, approvals: {}') } })
    town.repository.roles.set(town.eve.id, 'write')
    const [ada, eve] = [asPerson(town.ada), asPerson(town.eve)]
    const first = await desk.act(asker(), deploy)
    expect(first).toMatchObject({ kind: 'begun' })
    expect(await desk.mayAct(eve, target, 'approve')).toBeUndefined()
    let questions = 0
    town.trouble = () => {
      questions += 1
      return undefined
    }
    for (let look = 0; look < 5; look += 1) expect(await desk.mayAct(eve, target, 'approve')).toBeUndefined()
    expect(questions).toBe(0)
    expect(await desk.mayAct(ada, target, 'approve')).toMatchObject({ reason: 'not-a-second-person' })
    await desk.act(asker(eve), { ...deploy, ref: town.commit().sha })
    expect(await desk.mayAct(eve, target, 'approve')).toMatchObject({ reason: 'not-a-second-person' })
    expect(await desk.mayAct(ada, target, 'approve')).toMatchObject({ reason: 'not-a-second-person' })
  })

  it('a right that was taken away counts at the next act, though it was just seen', async () => {
    expect(await desk.mayAct(asPerson(town.ada), target)).toBeUndefined()
    town.repository.roles.set(town.ada.id, 'read')
    expect(await desk.mayAct(asPerson(town.ada), target)).toBeUndefined()
    expect(await desk.act(asker(), deploy)).toMatchObject({ reason: 'not-allowed' })
    clock += 61_000
    expect(await desk.mayAct(asPerson(town.ada), target)).toMatchObject({ reason: 'not-allowed' })
  })

  it('somebody of Slack who is linked to nobody has no right, whatever the id', async () => {
    const person: Person = { via: 'slack', id: String(town.ada.id), name: 'ada' }
    expect(await desk.act(asker(person), deploy)).toMatchObject({ reason: 'not-allowed' })
    expect(await desk.places(person)).toEqual([])
  })

  it.each([
    ['its own workflow', (id: number) => `${id}/run`, 'begun'],
    ['another repository’s', (id: number) => `${id}1/run`, 'refused'],
  ])('a workflow: %s', async (_, idOf, kind) => {
    const person: Person = { via: 'workflow', id: idOf(town.repository.id), name: 'deploy.yml', door: 'action' }
    expect(await desk.act(asker(person), deploy)).toMatchObject({ kind })
  })

  it('whoever may not look cannot tell what there is, nor leave names of their own in the audit', async () => {
    const eve = asPerson(town.eve)
    const made = { ...deploy, target: { application: 'made-up', environment: 'x' } }
    const nothing = await desk.act(asker(eve), made)
    expect(await town.audit()).toEqual([])
    expect(await desk.act(asker(eve), deploy)).toEqual(nothing)
    expect(await desk.plan(asker(eve), made)).toEqual(nothing)
    expect(await desk.plan(asker(eve), deploy)).toEqual(nothing)
    await desk.act(asker(), deploy)
    await town.engine.idle()
    town.commit({ files: { '.github/houston.yml': 'secret: 1' } })
    expect(await desk.act(asker(eve), deploy)).toEqual(nothing)
    expect(await desk.act(asker(), deploy)).toMatchObject({ reason: 'broken-configuration' })
  })

  describe.each([
    ['that cannot be used', 'secret: 1'],
    ['without the environment', ASKING.replace(/ {2}production.*\n/, '')],
    ['of another application', ASKING.replace('shop', 'store')],
  ])('a houston.yml %s is merged while hosts are at work', (_, broken) => {
    beforeEach(async () => {
      town.repository.tags.set('v1', town.commit().sha)
      await desk.act(asker(), { ...deploy, ref: 'v1' })
      await town.engine.idle()
      town.remote.behave = () => 'hang'
      await desk.act(asker(), deploy)
      town.commit({ files: { '.github/houston.yml': broken } })
    })

    it.each(['halt', 'abort', 'rollback'] as const)('%s by whoever may by the last one that had it', async (verb) => {
      expect(await desk.act(asker(asPerson(town.eve)), { verb, target })).toMatchObject({ reason: 'not-allowed' })
      expect((await desk.act(asker(), { verb, target })).kind).not.toBe('refused')
    })

    it('nothing begins or goes on, and a right that was taken away is none', async () => {
      expect(await desk.act(asker(), deploy)).toMatchObject({ kind: 'refused' })
      expect(await desk.act(asker(), { verb: 'resume', target })).toMatchObject({ kind: 'refused' })
      expect(await desk.act(asker(), { verb: 'lock', target })).toMatchObject({ kind: 'refused' })
      town.repository.roles.set(town.ada.id, 'read')
      expect(await desk.act(asker(), { verb: 'halt', target })).toMatchObject({ reason: 'not-allowed' })
    })
  })

  it('a broken houston.yml hides nothing of what it had from those who look', async () => {
    const seen = await desk.places(asPerson(town.ada))
    town.commit({ files: { '.github/houston.yml': 'secret: 1' } })
    clock += 61_000
    expect(await desk.places(asPerson(town.ada))).toEqual(seen)
    expect(await desk.places(asPerson(town.eve))).toEqual([])
  })

  it('finds branches and tags for a search box', async () => {
    town.commit({ branch: 'feature/one' })
    town.repository.tags.set('v1', town.commit().sha)
    const names = async (typed: string) => (await desk.refs(asPerson(town.ada), target, typed)).map(({ ref }) => ref)
    expect(await names('')).toEqual(['main', 'feature/one', 'v1'])
    expect(await names('feature/')).toEqual(['feature/one'])
    expect(await names('../../x')).toEqual([])
    expect(await names('v')).toEqual(['v1'])
  })

  describe('while GitHub is away', () => {
    it('nobody begins anything, and whoever looked sees what they saw', async () => {
      const seen = await desk.places(asPerson(town.ada))
      await desk.act(asker(), deploy)
      await town.engine.idle()
      away()
      clock += 61_000
      expect(await desk.places(asPerson(town.ada))).toEqual(seen)
      await expect(desk.act(asker(), deploy)).rejects.toThrow()
      await expect(desk.act(asker(), { verb: 'retry', target })).rejects.toThrow()
    })

    it('whoever had the right within the hour takes back what runs, and the audit says by what right', async () => {
      town.repository.tags.set('v1', town.commit().sha)
      await desk.act(asker(), { ...deploy, ref: 'v1' })
      await town.engine.idle()
      town.repository.tags.set('v2', town.commit().sha)
      await desk.act(asker(), { ...deploy, ref: 'v2' })
      await town.engine.idle()
      away()
      await expect(desk.act(asker(asPerson(town.eve)), { verb: 'rollback', target })).rejects.toThrow()
      expect(await desk.act(asker(), { verb: 'rollback', target })).toMatchObject({ kind: 'begun' })
      await town.engine.idle()
      expect((await town.rollouts('production'))[0]).toBe('rollback v1: succeeded')
      const reasons = (await town.store.audit({ limit: 10 })).map(({ fact }) => fact.reason)
      expect(reasons).toContainEqual(expect.stringContaining('GitHub does not answer; the right was confirmed at'))
      clock += 60 * 60_000
      await expect(desk.act(asker(), { verb: 'rollback', target })).rejects.toThrow()
    })

    it('a right that was taken away is not remembered', async () => {
      await desk.act(asker(), deploy)
      await town.engine.idle()
      town.repository.roles.set(town.ada.id, 'read')
      await desk.act(asker(), { verb: 'halt', target })
      away()
      await expect(desk.act(asker(), { verb: 'rollback', target })).rejects.toThrow()
    })
  })

  it('another repository that writes the application’s name into its file touches nothing', async () => {
    await desk.act(asker(), deploy)
    await town.engine.idle()
    const { owner } = town.repository
    const files = { '.github/houston.yml': ASKING }
    const thief = addRepository(town.world, { owner, name: 'thief', author: town.eve, files })
    thief.roles.set(town.eve.id, 'admin')
    const outcome = await desk.act(asker(asPerson(town.eve)), { verb: 'rollback', target })
    expect(outcome).toMatchObject({ reason: 'not-allowed' })
  })
})
