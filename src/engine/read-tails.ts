// What a few hosts that are not well said last, for whoever tells of a rollout: one host for each way to fail. Reads only.

import type { LogTail } from '../core/project-object.ts'
import type { HostState } from '../core/rollout.ts'
import { isUnwell } from '../core/tally.ts'
import type { RolloutRecord, Store } from './ports.ts'

const MOST_TAILS = 3
const MOST_LINES = 30
const MOST_CHARACTERS = 4_000

/** The same state gives the same tails. */
export async function readTails(
  store: Pick<Store, 'log'>,
  { id, plan }: Pick<RolloutRecord, 'id' | 'plan'>,
  hosts: readonly HostState[],
): Promise<LogTail[]> {
  const tails: LogTail[] = []
  for (const index of oneOfEach(hosts)) {
    const { log } = (await store.log(id, index)).at(-1) ?? {}
    const text = log && lastLines(log.tail.trim() === '' ? log.head : log.tail)
    if (text) tails.push({ host: plan.hosts[index]?.host.name ?? '', text })
  }
  return tails
}

function oneOfEach(hosts: readonly HostState[]): number[] {
  const first = new Map<string, number>()
  for (const [index, { phase, step, signature }] of hosts.entries()) {
    const way = JSON.stringify([phase, step, signature])
    if (isUnwell(phase) && !first.has(way)) first.set(way, index)
    if (first.size >= MOST_TAILS) break
  }
  return [...first.values()]
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-MOST_LINES).join('\n').slice(-MOST_CHARACTERS)
}
