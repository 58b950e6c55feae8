// Every refusal in words: what, why, and the next thing to type. Closed: a new reason does not compile without words.

import type { Refusal, RefusalReason } from '../../../core/intent.ts'
import { type Line, styled } from '../screen/line.ts'
import { lockWords } from './lock.ts'

export type Words = { what: string; why: string; next: string }

/** `environment`: as it is typed. */
export function refusalLines(refusal: Refusal, environment: string): Line[] {
  const { what, why, next } = REFUSALS[refusal.reason]({ environment, detail: refusal.detail })
  return wordsLines({ what, why, next })
}

export function wordsLines({ what, why, next }: Words): Line[] {
  return [
    [styled('red', 'refused: '), what],
    ['  why   ', why],
    ['  next  ', styled('cyan', next)],
  ]
}

type Facts = { environment: string; detail: Refusal['detail'] }

const REFUSALS: Readonly<Record<RefusalReason, (facts: Facts) => Words>> = {
  'no-hosts': ({ environment }) => ({
    what: `${environment} has no hosts.`,
    why: 'Every zone of it is empty, and an empty fleet never means "everywhere".',
    next: 'houston validate',
  }),
  'no-room': ({ environment, detail }) => ({
    what: `No host of ${detail.zone} may be taken out of service.`,
    why: `min_healthy asks for all ${detail.hosts} hosts there, so a rollout could never touch one.`,
    next: `lower min_healthy of ${environment} in houston.yml, then: houston plan ${environment}`,
  }),
  'nothing-to-do': ({ environment, detail }) => ({
    what: `Nothing to do: ${detail.hosts} hosts of ${environment} run ${detail.release} already.`,
    why: 'Hosts that run the release are left alone.',
    next: `houston deploy ${environment} ${detail.release} --all   (runs them again)`,
  }),
  'rollout-running': ({ environment }) => ({
    what: `A rollout of ${environment} has not ended.`,
    why: 'An environment has one rollout at a time. When the process that drove it was stopped, resume takes it over.',
    next: `houston status ${environment}, then houston resume ${environment} or houston rollback ${environment}`,
  }),
  'no-rollout': ({ environment }) => ({
    what: `Nothing was rolled out to ${environment} yet.`,
    why: 'There is no rollout in this data directory that this could be about.',
    next: `houston deploy ${environment}`,
  }),
  'not-possible-now': ({ environment, detail }) => ({
    what: `${detail.ask} is not possible now.`,
    why: `The latest rollout of ${environment} stands at: ${detail.phase}.`,
    next: `houston status ${environment}`,
  }),
  'unknown-host': ({ environment, detail }) => ({
    what: `${detail.host} is not a host of this rollout.`,
    why: 'Hosts are named in full, as the plan names them.',
    next: `houston hosts ${environment}`,
  }),
  'host-running': ({ environment, detail }) => ({
    what: `${detail.host} is at work at this moment.`,
    why: 'A host can be skipped before it begins or after it failed.',
    next: `houston halt ${environment}, then houston skip ${environment} ${detail.host}`,
  }),
  'no-good-release': ({ environment, detail }) => ({
    what: `There is no release of ${environment} to go back to.`,
    why: `No other release than ${detail.release} is recorded as good on the hosts that it touched.`,
    next: `houston history ${environment}, then houston rollback ${environment} <release> or houston deploy ${environment} <ref>`,
  }),
  'unknown-release': ({ environment, detail }) => ({
    what: `${detail.release} was never rolled out to ${environment}.`,
    why: 'A rollback goes to a release whose recipe and files are recorded.',
    next: `houston history ${environment}`,
  }),
  'plan-changed': ({ environment }) => ({
    what: 'The plan is not the one that was confirmed.',
    why: 'Between the question and the answer something changed: a host, a budget, or what runs where.',
    next: `houston plan ${environment}`,
  }),
  'runner-unavailable': ({ environment, detail }) => ({
    what: `The hosts of zone ${detail.zone} are reached through the runner ${detail.runner}, and runners need DATABASE_URL.`,
    why: 'The embedded store belongs to this process alone: no runner could read its work there.',
    next: `set DATABASE_URL to a Postgres server, or remove runner from the zone; then: houston plan ${environment}`,
  }),
  'no-answer': ({ environment, detail }) => ({
    what: `Nobody answered for ${detail.seconds} seconds.`,
    why: 'The request is kept, and whoever drives the rollout next will read it. Perhaps that process is stopped or frozen.',
    next: `houston status ${environment}`,
  }),
  'lock-held': ({ environment, detail }) => ({
    what: detail.kind === 'hold' ? `Automatic deploys to ${environment} are held.` : `${environment} is locked.`,
    why: `${lockWords(detail)} A rollback, halt, abort or skip is never stopped by a lock.`,
    next:
      detail.kind === 'hold'
        ? `houston unlock ${environment}, or houston deploy ${environment} <ref>   (lifts it)`
        : `houston lock ${environment}   (waits for it), or houston unlock ${environment} --steal`,
  }),
  'not-the-holder': ({ environment, detail }) => ({
    what: `The lock of ${environment} is not yours.`,
    why: lockWords(detail),
    next: `houston unlock ${environment} --steal   (the record says who did)`,
  }),
  'not-locked': ({ environment }) => ({
    what: `${environment} is not locked.`,
    why: 'Nobody holds a lock there, and no rollback left a hold.',
    next: `houston status ${environment}`,
  }),
}
