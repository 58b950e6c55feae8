// Which environments the store knows, and whose they are: also those to which nothing was rolled out for a long time.

import { expect, it } from 'vitest'
import { openOwnedPlaces } from '../../../src/apps/desk/owned-places.ts'
import type { RolloutRecord, RolloutSummary, Store } from '../../../src/engine/ports.ts'
import { planOf, workOf } from '../../support/plan-of.ts'

type Rolled = { id: string; environment: string; repository?: string }

function storeOf(all: Rolled[]) {
  const asked: number[] = []
  const summary = ({ id, environment }: Rolled) => ({ id, application: 'shop', environment }) as RolloutSummary
  const store: Pick<Store, 'rollouts' | 'rollout'> = {
    async rollouts({ before, limit }) {
      const from = before === undefined ? 0 : all.findIndex(({ id }) => id === before) + 1
      const page = all.slice(from, from + limit).map(summary)
      asked.push(page.length)
      return page
    },
    async rollout(id) {
      const repository = all.find((each) => each.id === id)?.repository
      const work = workOf('r1')
      const release = { ...work.release, ...(repository !== undefined && { repository }) }
      return { plan: { ...planOf({}), work: { ...work, release } } } as RolloutRecord
    },
  }
  return { store, asked }
}

it('an environment is known however many rollouts others had since, and all are read only once', async () => {
  const busy = Array.from({ length: 1_700 }, (_, index): Rolled => ({ id: `n${index}`, environment: 'staging' }))
  const all = [...busy, { id: 'old', environment: 'production', repository: 'acme/shop' }]
  const { store, asked } = storeOf(all)
  let now = 0
  const owned = openOwnedPlaces(store, () => now)
  const production = { application: 'shop', environment: 'production', repository: 'acme/shop' }
  const staging = { application: 'shop', environment: 'staging' }
  expect(await owned()).toEqual([staging, production])
  asked.length = 0
  all.unshift({ id: 'new', environment: 'production', repository: 'acme/store' }, { id: 'x', environment: 'canary' })
  now += 1_001
  const canary = { application: 'shop', environment: 'canary' }
  expect(await owned()).toEqual([staging, { ...production, repository: 'acme/store' }, canary])
  expect(asked).toHaveLength(1)
  now += 1_001
  expect(await owned()).toHaveLength(3)
  expect(asked).toHaveLength(2)
})

it('a store that was away in between is read again from where it was known', async () => {
  const { store } = storeOf([{ id: 'a', environment: 'production' }])
  let away = true
  const owned = openOwnedPlaces(
    { ...store, rollout: (id) => (away ? Promise.reject(new Error('away')) : store.rollout(id)) },
    () => 0,
  )
  await expect(owned()).rejects.toThrow('away')
  away = false
  expect(await owned()).toEqual([{ application: 'shop', environment: 'production' }])
})
