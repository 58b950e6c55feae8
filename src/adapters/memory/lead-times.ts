// Lead times as the store in memory tells them: from its rollouts, when asked.

import { type LeadTime, leadTimes } from '../../core/lead-time.ts'
import type { HostState } from '../../core/rollout.ts'
import type { RolloutRecord, Store } from '../../engine/ports.ts'

export function leadTimesIn(
  all: readonly { record: RolloutRecord; hosts: readonly HostState[] }[],
  { application, environment, limit }: Parameters<Store['leadTimes']>[0],
): LeadTime[] {
  const found = all.filter(({ record }) => {
    const here = record.application === application && record.environment === environment
    return here && record.cursor.phase === 'succeeded'
  })
  const times = found.flatMap(({ record, hosts }) => {
    const ended = hosts.flatMap(({ phase, finishedAt }) => (phase === 'succeeded' ? (finishedAt ?? []) : []))
    return ended.length === 0 ? [] : leadTimes(record, { firstAt: Math.min(...ended), lastAt: Math.max(...ended) })
  })
  const newest = times.sort((a, b) => b.queuedAt - a.queuedAt || (a.commit < b.commit ? -1 : 1))
  return newest.slice(0, limit)
}
