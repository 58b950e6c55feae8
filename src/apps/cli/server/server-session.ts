// A session whose work is done by a server of somewhere: each question is one of its API, each watch one of its streams. Who asks is
// the token's person, whoever sits at the terminal.

import type { z } from 'zod'
import type { AuditEntry } from '../../../core/audit.ts'
import { type Ask, type Refusal, refused } from '../../../core/intent.ts'
import type { LeadTime } from '../../../core/lead-time.ts'
import type { LockWish } from '../../../core/lock.ts'
import type { HostReport } from '../../../core/report-drift.ts'
import {
  found,
  hostReadings,
  hostRecords,
  leadTimes,
  lockOutcome,
  locks,
  past,
  places,
  standing,
} from '../../../web/api/schema/place.ts'
import { plan } from '../../../web/api/schema/plan.ts'
import { type AuditAnswer, audit } from '../../../web/api/schema/record.ts'
import { report } from '../../../web/api/schema/report.ts'
import { accepted, begun, logs, summaries } from '../../../web/api/schema/rollout.ts'
import { EXIT } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import type { Began, DeployOrder, DeployWish, PastRollout, Session, Target } from '../session/session.ts'
import { refusalLines, wordsLines } from '../words/refusal.ts'
import { type Answered, askServer, type Question } from './ask-server.ts'
import type { ServerPlace } from './server-place.ts'
import { watchEnvironments } from './watch-environments.ts'
import { type LatestOf, watchTarget } from './watch-target.ts'

type In<K extends 'audit' | 'history'> = Parameters<Session[K]>[0]

/** Of one page of a list. */
const MOST = 200
/** Hosts that do not answer are waited for; a server cuts what says nothing for two minutes. */
const PROBE_MS = 115_000

export function openServerSession(place: ServerPlace): Session {
  const ask: AskOf = (question, schema) => askServer(place, question, schema)
  const latest: LatestOf = async (target) => seenOf(await ask({ path: pathOf(target) }, standing), target).latest
  return {
    place: { kind: 'server', url: place.url },
    ...actsOf(ask),
    ...looksOf(ask, latest),
    watch: (target, signal) => watchTarget({ place, latest }, target, signal),
    watchAll: (signal) => watchEnvironments(place, signal),
    idle: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}

type Acts = Pick<Session, 'plan' | 'deploy' | 'rollback' | 'ask' | 'changeLock'>

function actsOf(ask: AskOf): Acts {
  return {
    async plan(order) {
      return answerOf(await ask({ method: 'POST', path: '/v1/plans', body: wishOf(order) }, plan), wishOf(order))
    },
    async deploy(order) {
      const answer = await ask({ method: 'POST', path: '/v1/rollouts', body: wishOf(order) }, begun)
      return await began(ask, answerOf(answer, wishOf(order)))
    },
    async rollback({ by: _, application, environment, ...rest }) {
      const target = { application, environment }
      const question = { method: 'POST', path: `${pathOf(target)}/rollback`, body: rest } as const
      return await began(ask, answerOf(await ask(question, begun), target))
    },
    async ask({ target, ask: wish }) {
      const question = { method: 'POST', path: `${pathOf(target)}/${wish.kind}`, body: bodyOf(wish) } as const
      const answer = answerOf(await ask(question, accepted), target)
      return 'reason' in answer ? { answer } : { answer: { kind: 'accepted' }, ...answer }
    },
    changeLock: async ({ target, wish }) => answerOf(await ask(lockQuestion(target, wish), lockOutcome), target),
  }
}

type Looks = Omit<Session, keyof Acts | 'place' | 'watch' | 'watchAll' | 'idle' | 'close'>

function looksOf(ask: AskOf, latest: LatestOf): Looks {
  return {
    async targets() {
      const { environments } = seenOf(await ask({ path: '/v1/environments' }, places))
      return environments.map(({ application, environment }) => ({ application, environment }))
    },
    locks: async ({ target }) => seenOf(await ask({ path: `${pathOf(target)}/lock` }, locks), target),
    audit: (input) => readAudit(ask, input),
    async status({ target, rollout }) {
      if (rollout === undefined) return await latest(target)
      const answer = await ask({ path: rolloutPath(rollout) }, report)
      return answer.kind === 'answer' ? answer.value : undefined
    },
    history: (input) => readHistory(ask, input),
    past: async ({ target, at }) =>
      seenOf(await ask({ path: `${pathOf(target)}/history`, query: { at } }, past), target).hosts,
    where: async ({ release }) => seenOf(await ask({ path: '/v1/where', query: { release } }, found)).found,
    async hosts({ target, probe }) {
      if (probe) return await probeHosts(ask, target)
      return seenOf(await ask({ path: `${pathOf(target)}/hosts` }, hostRecords), target).hosts
    },
    async log({ target, host }) {
      const answer = await ask({ path: `${pathOf(target)}/hosts/${encodeURIComponent(host)}/logs` }, logs)
      if (answer.kind === 'answer') return answer.value
      return answer.kind === 'nothing' ? refused('unknown-host', { host }) : answer
    },
  }
}

/** Some at a time: hosts that do not answer take their time. */
async function probeHosts(ask: AskOf, target: Target): Promise<HostReport[]> {
  const all: HostReport[] = []
  for (let cursor: string | undefined, more = true; more; ) {
    const question = {
      method: 'POST',
      path: `${pathOf(target)}/probe`,
      query: { cursor, limit: MOST },
      longestMs: PROBE_MS,
    } as const
    const answer = answerOf(await ask(question, hostReadings), target)
    if ('reason' in answer) throw new Failure(EXIT.refused, refusalLines(answer, target.environment))
    all.push(...answer.hosts)
    cursor = answer.next
    more = cursor !== undefined
  }
  return all
}

type AskOf = <T>(question: Question, schema: z.ZodType<T>) => Promise<Answered<T>>

async function began(ask: AskOf, started: { rollout: string } | Refusal): Promise<Began | Refusal> {
  if ('reason' in started) return started
  const answer = await ask({ path: `${rolloutPath(started.rollout)}/plan` }, plan)
  return { kind: 'started', rollout: started.rollout, plan: seenOf(answer) }
}

async function readHistory(ask: AskOf, { target, limit }: In<'history'>): Promise<PastRollout[]> {
  const all: PastRollout[] = []
  for (let cursor: string | undefined, more = true; more && all.length < limit; ) {
    const query = { ...target, cursor, limit: Math.min(MOST, limit - all.length) }
    const { rollouts, next } = seenOf(await ask({ path: '/v1/rollouts', query }, summaries), target)
    all.push(...rollouts.map(({ requestedBy, ...rest }) => ({ ...rest, requestedBy: requestedBy.name })))
    cursor = next
    more = next !== undefined
  }
  const { leadTimes: times } = seenOf(
    await ask({ path: `${pathOf(target)}/lead-times`, query: { limit: MOST } }, leadTimes),
    target,
  )
  return all.map((past) =>
    withTimes(
      past,
      times.filter(({ rollout }) => rollout === past.rollout),
    ),
  )
}

function withTimes(past: PastRollout, leadTimes: readonly LeadTime[]): PastRollout {
  return leadTimes.length === 0 ? past : { ...past, leadTimes }
}

async function readAudit(ask: AskOf, { target, limit }: In<'audit'>): Promise<AuditEntry[]> {
  const all: AuditEntry[] = []
  for (let cursor: string | undefined, more = true; more && all.length < limit; ) {
    const query = { ...target, cursor, limit: Math.min(MOST, limit - all.length) }
    const { entries, next } = trusted(seenOf(await ask({ path: '/v1/audit', query }, audit)))
    all.push(...entries)
    cursor = next
    more = next !== undefined
  }
  return all
}

function pathOf({ application, environment }: Target): `/v1/${string}` {
  return `/v1/environments/${encodeURIComponent(application)}/${encodeURIComponent(environment)}`
}

function rolloutPath(rollout: string): `/v1/${string}` {
  return `/v1/rollouts/${encodeURIComponent(rollout)}`
}

function lockQuestion(target: Target, wish: LockWish): Question {
  const path = `${pathOf(target)}/lock` as const
  if (wish.verb === 'unlock') return { method: 'DELETE', path, query: { steal: wish.steal } }
  const { reason, forMs } = wish
  return { method: 'POST', path, body: { reason, forMs } }
}

function bodyOf(ask: Ask): object {
  if (ask.kind === 'approve') return ask.release === undefined ? {} : { release: ask.release }
  return ask.kind === 'skip' ? { host: ask.hostName } : {}
}

/** Only the server knows what a release is made of. */
function wishOf(order: DeployOrder): DeployWish {
  if ('work' in order) throw new Error('a server is asked for a release by its name')
  return order
}

/** What is nothing here is an environment that this person cannot see. */
function answerOf<T>(answer: Answered<T>, target: Target): T | Refusal {
  if (answer.kind === 'answer') return answer.value
  if (answer.kind === 'nothing') throw nothingThere(target)
  return answer
}

/** Throws `Failure`: looking is not refused but with words. */
function seenOf<T>(answer: Answered<T>, target?: Target): T {
  if (answer.kind === 'answer') return answer.value
  throw nothingThere(target)
}

function nothingThere(target: Target | undefined): Failure {
  const what = target
    ? `There is no ${target.application} ${target.environment} that you may see.`
    : 'There is nothing that you may see.'
  const why = 'The server does not know it, or the token does not reach so far.'
  return new Failure(EXIT.refused, wordsLines({ what, why, next: 'houston status   (lists what there is)' }))
}

/** The boundary of trust: everything but the closed list of reasons was parsed, and the words for it are the server's own. */
function trusted(answer: z.output<typeof audit>): AuditAnswer {
  return answer as AuditAnswer
}
