// The rollouts of an environment that have begun. Any number of others may lie between them: each merge that waits for approval is
// replaced by the next, and none of them is what is on the hosts. Reads only.

import { hasBegun } from '../core/rollout.ts'
import type { RolloutSummary, Store } from './ports.ts'
import type { Place } from './ports-locks.ts'

const PAGE = 100

/** Newest first, `most` of them where there are so many. */
export async function begunRollouts(
  store: Pick<Store, 'rollouts'>,
  { application, environment, most }: Place & { most: number },
): Promise<RolloutSummary[]> {
  const begun: RolloutSummary[] = []
  let page: RolloutSummary[] = []
  do {
    const before = page.at(-1)?.id
    page = await store.rollouts({ application, environment, limit: PAGE, ...(before !== undefined && { before }) })
    begun.push(...page.filter(({ cursor }) => hasBegun(cursor)))
  } while (page.length === PAGE && begun.length < most)
  return begun.slice(0, most)
}
