// Locks of an environment in words: who holds what, since when and until when, and what came of a wish about one.

import type { Refusal } from '../../../core/intent.ts'
import { type EnvironmentLocks, type LockOutcome, lockFacts } from '../../../core/lock.ts'
import { ordinal } from '../../../core/phrases.ts'
import { lockWords, untilWords } from '../../words/lock.ts'
import { type Line, short, styled } from '../screen/line.ts'

/** The locks as `status` and `plan` show them; nothing when there are none. */
export function lockLines({ lock, hold, queue }: EnvironmentLocks, now: number): Line[] {
  const names = queue.map(({ person }) => short(person.name, 24)).join(', ')
  return [
    ...(lock ? [[styled('yellow', 'locked: '), lockWords(lockFacts(lock, now))]] : []),
    ...(names === '' ? [] : [['  waiting for it: ', names]]),
    ...(hold ? [[styled('yellow', 'automatic deploys held: '), lockWords(lockFacts(hold, now))]] : []),
  ]
}

/** What came of a wish. `environment`: as it is typed. */
export function lockOutcomeLines(
  outcome: Exclude<LockOutcome, Refusal>,
  { environment, now }: { environment: string; now: number },
): Line[] {
  const { lock } = outcome
  switch (outcome.kind) {
    case 'taken':
      return [[`${environment} is locked: nobody else deploys there ${untilWords(lock.until)}.`]]
    case 'extended':
      return [[`${environment} stays locked ${untilWords(lock.until)}.`]]
    case 'queued':
      return [
        [lockWords(lockFacts(lock, now))],
        [`You are ${ordinal(outcome.position)} in the queue, and get the lock without asking again.`],
      ]
    case 'released':
      return outcome.next
        ? [[`Released: ${short(outcome.next.holder.name, 24)} waited for it and has the lock of ${environment} now.`]]
        : [[lock.kind === 'hold' ? `Automatic deploys to ${environment} go on.` : `${environment} is unlocked.`]]
    case 'left':
      return [[`You no longer wait. ${lockWords(lockFacts(lock, now))}`]]
    default:
      return outcome satisfies never
  }
}
