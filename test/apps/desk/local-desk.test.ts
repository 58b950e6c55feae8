// The desk of a project's own folder: the contract, and the choice between the two.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { GithubDesk } from '../../../src/apps/desk/github-desk.ts'
import { createLocalDesk } from '../../../src/apps/desk/local-desk.ts'
import { choose } from '../../../src/apps/desk/open-desk.ts'
import { openOwnedPlaces } from '../../../src/apps/desk/owned-places.ts'
import { readSettings } from '../../../src/config/read-settings.ts'
import type { Desk } from '../../../src/engine/ports-desk.ts'
import { type DeskBench, deskSuite } from '../../support/desk-suite.ts'
import { houseOf } from '../cli/house-of.ts'

const CONFIG = `application: shop
release: { from: none }
environments:
  production: { confirm: true, zones: { a: [prod1] } }
`
const ada = { via: 'terminal', id: '1000', name: 'ada' } as const
const grace = { via: 'slack', id: 'T1/U2', name: 'grace' } as const
const eve = { via: 'slack', id: 'T1/U1', name: 'eve' } as const
const target = { application: 'shop', environment: 'production' } as const

async function openBench(config = CONFIG): Promise<DeskBench> {
  const folder = mkdtempSync(join(tmpdir(), 'houston-desk-'))
  mkdirSync(join(folder, '.github'))
  writeFileSync(join(folder, '.github', 'houston.yml'), config)
  const house = houseOf()
  await house.engine.start()
  const read = readSettings({ file: '' }, { HOUSTON_DATA: folder, HOME: folder })
  if (read.kind === 'faults') throw new Error('settings')
  const { engine, store } = house
  const isOperator = ({ via, id }: { via: string; id: string }) => via === 'terminal' || id === grace.id
  const owned = openOwnedPlaces(store, Date.now)
  const desk = createLocalDesk({ engine, store, settings: read.settings, folder, owned, isOperator })
  return {
    ...{ desk, store, target, ada, eve, refs: ['v1', 'v2'], now: Date.now, idle: () => engine.idle() },
    close: async () => {
      await house.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

describe('the contract', () => {
  deskSuite(() => openBench())
})

it('a broken file is told, and what runs can still be taken back', async () => {
  const bench = await openBench('application: shop\n')
  const asker = { person: ada, intent: 'a:1', at: 0 }
  const outcome = await bench.desk.act(asker, { verb: 'deploy', target, all: false, backwards: false })
  expect(outcome).toMatchObject({ reason: 'broken-configuration' })
  expect(await bench.desk.act({ ...asker, intent: 'a:2' }, { verb: 'rollback', target })).toMatchObject({
    reason: 'no-rollout',
  })
  await bench.close()
})

it.each([
  ['a!', { release: 'a!' }, '"a!" cannot name a release.'],
  [undefined, {}, 'The release has no name.'],
])('a release that cannot be, %j, is told without the labels of a terminal', async (ref, named, says) => {
  const bench = await openBench()
  const asker = { person: ada, intent: 'a:1', at: 0 }
  const deploy = { verb: 'deploy', target, all: false, backwards: false, ...(ref !== undefined && { ref }) } as const
  const refusal = await bench.desk.plan(asker, deploy)
  expect(refusal).toMatchObject({ reason: 'no-artefact', detail: named })
  const { why, ...rest } = 'detail' in refusal ? refusal.detail : {}
  expect(rest).toEqual(named)
  expect(String(why).split('\n')[0]).toBe(says)
  await bench.close()
})

it('what nobody could approve never begins: whoever sits at the machine is alone there', async () => {
  const bench = await openBench(CONFIG.replace('confirm: true', 'confirm: true, approvals: { required: 1 }'))
  const deploy = { verb: 'deploy', target, ref: 'v1', all: false, backwards: false } as const
  const asker = { person: ada, intent: 'a:1', at: 0 }
  expect(await bench.desk.plan(asker, deploy)).toMatchObject({ kind: 'refused', reason: 'no-approvers' })
  expect(await bench.desk.act(asker, deploy)).toMatchObject({ kind: 'refused', reason: 'no-approvers' })
  await bench.close()
})

it('approvers whom only GitHub knows are no missing files', async () => {
  const rule = 'approvals: { from: ["team:acme/sre"] }'
  const bench = await openBench(CONFIG.replace('confirm: true', `confirm: true, ${rule}`))
  const deploy = { verb: 'deploy', target, ref: 'v1', all: false, backwards: false } as const
  const asker = { person: grace, intent: 'a:1', at: 0 }
  expect(await bench.desk.plan(asker, deploy)).toEqual({
    ...{ kind: 'refused', reason: 'no-approvers' },
    detail: { needs: 'membership of acme/sre' },
  })
  await bench.close()
})

describe('the choice', () => {
  const fake = (name: string, applications: readonly string[]): GithubDesk => {
    const places = applications.map((application) => {
      return { application, environment: name, deploy: 'manual', confirms: false } as const
    })
    const desk: Desk = {
      places: async () => places,
      mayLook: async () => undefined,
      mayAct: async () => undefined,
      act: async () => ({ kind: 'begun', rollout: name }),
      plan: () => Promise.reject(new Error(name)),
      refs: async () => [],
    }
    const office = {
      placesOf: async () => places,
      accountOf: async () => undefined,
      commitOfPull: async () => undefined,
    }
    return { ...desk, ...office, has: async (application) => applications.includes(application) }
  }
  const asker = { person: ada, intent: 'a:1', at: 0 }

  it.each([
    ['shop', 'github'],
    ['tools', 'local'],
  ])('%s is a matter of the %s desk', async (application, rollout) => {
    const desk = choose(() => fake('github', ['shop']), fake('local', ['shop', 'tools']))
    const act = { verb: 'halt', target: { application, environment: 'production' } } as const
    expect(await desk.act(asker, act)).toEqual({ kind: 'begun', rollout })
    const places = await desk.places(ada)
    expect(places.map((place) => `${place.application} ${place.environment}`)).toEqual(['shop github', 'tools local'])
  })

  it('without an App all is local', async () => {
    const desk = choose(() => undefined, fake('local', ['shop']))
    expect(await desk.act(asker, { verb: 'halt', target })).toEqual({ kind: 'begun', rollout: 'local' })
  })
})
