// What failed hosts said last, for whoever tells of a rollout.

import { expect, it } from 'vitest'
import type { HostState } from '../../src/core/rollout.ts'
import type { HostLog } from '../../src/engine/ports.ts'
import { readTails } from '../../src/engine/read-tails.ts'
import { fleetOf, planOf } from '../support/plan-of.ts'

const plan = planOf({ fleet: fleetOf({ a: 6 }) })
const failed = (signature: string): HostState => ({ phase: 'failed', attempt: 1, step: 'start', signature })
const well: HostState = { phase: 'succeeded', attempt: 1 }

function storeOf(logs: Readonly<Record<number, HostLog[]>>) {
  const asked: number[] = []
  const log = async (_rollout: string, host: number) => {
    asked.push(host)
    return (logs[host] ?? []).map((each, index) => ({ attempt: index + 1, log: each }))
  }
  return { asked, log }
}

const said = (head: string, tail = ''): HostLog => ({ head, tail, cutBytes: 0 })

it('one host for each way to fail, its newest attempt, and no more than three', async () => {
  const store = storeOf({ 1: [said('old'), said('new')], 3: [said('head', 'tail')], 4: [said('')], 5: [said('fifth')] })
  const hosts = [well, failed('x'), failed('x'), failed('y'), failed('z'), failed('w')]
  expect(await readTails(store, { id: 'r', plan }, hosts)).toEqual([
    { host: 'a2', text: 'new' },
    { host: 'a4', text: 'tail' },
  ])
  expect(store.asked).toEqual([1, 3, 4])
})

it('the last lines only, and nothing is read when all are well', async () => {
  const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n')
  const store = storeOf({ 0: [said(lines)] })
  const [tail] = await readTails(store, { id: 'r', plan }, [failed('x')])
  expect(tail?.text.split('\n')).toHaveLength(30)
  expect(await readTails(store, { id: 'r', plan }, [well, well])).toEqual([])
  expect(store.asked).toEqual([0])
})
