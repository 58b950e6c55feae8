// The part of the store's contract that is about lead times: kept with the end of a deploy that succeeded.

import { expect, it } from 'vitest'
import type { Commit, Store } from '../../src/engine/ports.ts'
import { commitOf, cursorOf, driven, type Over, place } from './rollout-of.ts'

const commits = [{ sha: 'b'.repeat(40), committedAt: 100, mergedAt: 200 }, { sha: 'a'.repeat(40) }]

export function storeLeadTimeSuite(store: () => Store): void {
  async function ended(phase: 'succeeded' | 'failed', over: Over = {}) {
    const of = await driven(store(), { ...place(), origin: { issues: [], commits }, createdAt: 300, ...over })
    const hosts: Commit['hosts'] = [700, 400, 500].map((finishedAt, index) => {
      return { index, state: { phase: index === 0 ? 'failed' : 'succeeded', attempt: 1, finishedAt } }
    })
    await store().commit(commitOf(of.rollout.id, of.epoch, { cursor: cursorOf(phase), hosts, finishedAt: 800 }))
    return of
  }
  const read = ({ application, environment }: { application: string; environment: string }, limit = 10) =>
    store().leadTimes({ application, environment, limit })

  it('of each commit, from its making to the hosts that were read back', async () => {
    const { rollout } = await ended('succeeded')
    const times = { rollout: rollout.id, queuedAt: 300, firstHostAt: 400, lastHostAt: 500 }
    expect(await read(rollout)).toEqual([
      { ...times, commit: 'a'.repeat(40) },
      { ...times, commit: 'b'.repeat(40), committedAt: 100, mergedAt: 200 },
    ])
    expect(await read(rollout, 1)).toHaveLength(1)
    expect(await read(place())).toEqual([])
  })

  it('of a rollout that went on after it had failed, as it ended at last', async () => {
    const { rollout, epoch } = await ended('failed')
    expect(await read(rollout)).toEqual([])
    const state = { phase: 'succeeded', attempt: 2, finishedAt: 900 } as const
    const over = { cursor: cursorOf('succeeded'), hosts: [{ index: 0, state }], finishedAt: 950 }
    await store().commit(commitOf(rollout.id, epoch, over))
    await store().commit(commitOf(rollout.id, epoch, { ...over, hosts: [] }))
    expect((await read(rollout)).map(({ firstHostAt, lastHostAt }) => [firstHostAt, lastHostAt])).toEqual([
      [400, 900],
      [400, 900],
    ])
  })

  it.each<[string, Over]>([
    ['a rollback', { kind: 'rollback' }],
    ['a rollout of which no commit is known', { origin: { issues: [1] } }],
    ['a rollout that no forge knows', { origin: { issues: [], commits: [] } }],
  ])('none of %s', async (_, over) => {
    const { rollout } = await ended('succeeded', over)
    expect(await read(rollout)).toEqual([])
  })
}
