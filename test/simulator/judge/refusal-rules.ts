// Rules for what people are refused: a rollback gives way to nothing and waits for nobody, and what waits for approval is in nobody's
// way (THREATS.md, invariants 9 and 10).

import type { Refusal } from '../../../src/core/intent.ts'
import { mayBegin } from './approval-rules.ts'
import type { Known } from './known.ts'
import { must } from './violation.ts'

/** The newest that had begun when it was asked, and whether some host ran its release by then. */
export type Seen = { begun: Known | undefined; onHosts: boolean }

export function seeNow(begun: Known | undefined): Seen {
  return { begun, onHosts: begun?.hosts.some(({ phase }) => phase === 'succeeded') ?? false }
}

/** `named`: the rollout that the refusal tells of. A merge waits behind what a person asked for. */
export function judgeDeployRefused(named: Known | undefined, automatic: boolean): void {
  const waits = automatic && named?.automatic === false
  must(!named || mayBegin(named) || waits, '10 approval', 'what nobody approved is in the way', named?.id)
}

/** `before`: the newest until now. */
export function judgeReplaced(before: Known | undefined, automatic: boolean): void {
  const replaced = before?.cursor.phase === 'superseded' && !mayBegin(before)
  const asked = replaced && !before.automatic
  must(!automatic || !asked, '10 approval', 'a merge took the place of what a person asked for', before?.id)
}

type Answered = { refusal: Refusal; named: Known | undefined; seen: Seen; now: Known | undefined; toGiven: boolean }

export function judgeRollbackRefused({ refusal: { reason, detail }, named, seen, now, toGiven }: Answered): void {
  must(named?.plan.kind !== 'deploy', '9 rollback', 'a deploy is in its way', named?.id)
  must(reason !== 'plan-changed', '9 rollback', 'it never came to a plan', reason)
  must(reason !== 'no-rollout' || !seen.begun, '9 rollback', 'something has begun, and it is not found', seen.begun?.id)
  const same = !toGiven && seen.begun === now
  must(!same || reason !== 'nothing-to-do' || !seen.onHosts, '9 rollback', 'nothing to take back', seen.begun?.id)
  const from = reason === 'no-good-release' ? detail.release : undefined
  const bad = seen.begun?.plan.work.release.id
  must(!same || from === undefined || from === bad, '9 rollback', 'from what never began', { from, bad })
}
