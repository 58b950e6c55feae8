// A session whose work is done by a server of somewhere: each question is one of its API, each watch one of its streams. Who asks is
// the token's person, whoever sits at the terminal.

import type { z } from 'zod'
import type { AuditEntry } from '../../../core/audit.ts'
import { type Ask, type Refusal, refused } from '../../../core/intent.ts'
import type { LockOutcome } from '../../../core/lock.ts'
import type { RolloutReport } from '../../../core/report.ts'
import { hasEnded } from '../../../core/rollout.ts'
import { found, hostRecords, lockOutcome, locks, past, places, standing } from '../../../web/api/schema/place.ts'
import { plan } from '../../../web/api/schema/plan.ts'
import { type AuditAnswer, audit } from '../../../web/api/schema/record.ts'
import { report } from '../../../web/api/schema/report.ts'
import { accepted, begun, logs, summaries } from '../../../web/api/schema/rollout.ts'
import { EXIT } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import type { Began, DeployOrder, HostLogs, Look, PastRollout, Session, Target } from '../session/session.ts'
import { wordsLines } from '../words/refusal.ts'
import { type Answered, askServer, type Question } from './ask-server.ts'
import type { ServerPlace } from './server-place.ts'
import { watchRollout } from './watch-rollout.ts'

type In<
  K extends
    | 'plan'
    | 'deploy'
    | 'rollback'
    | 'ask'
    | 'changeLock'
    | 'locks'
    | 'audit'
    | 'status'
    | 'history'
    | 'past'
    | 'where'
    | 'hosts'
    | 'log',
> = Parameters<Session[K]>[0]

/** Of one page of a list. */
const MOST = 200
/** How long after its end a superseded rollout is expected to have a successor, and how often it is looked for. */
const SUCCESSOR_LOOKS = 10
const SUCCESSOR_PAUSE_MS = 500

export function openServerSession(place: ServerPlace): Session {
  const ask = <T>(question: Question, schema: z.ZodType<T>) => askServer(place, question, schema)
  const latest = async (target: Target) => seenOf(await ask({ path: pathOf(target) }, standing), target).latest

  return {
    place: { kind: 'server', url: place.url },
    async targets() {
      const { environments } = seenOf(await ask({ path: '/v1/environments' }, places))
      return environments.map(({ application, environment }) => ({ application, environment }))
    },
    async plan(order: In<'plan'>) {
      return flat(await ask({ method: 'POST', path: '/v1/plans', body: wishOf(order) }, plan), targetOf(order))
    },
    async deploy(order: In<'deploy'>) {
      const started = flat(
        await ask({ method: 'POST', path: '/v1/rollouts', body: wishOf(order) }, begun),
        targetOf(order),
      )
      return 'reason' in started ? started : await began(ask, started.rollout)
    },
    async rollback({ by: _, application, environment, ...rest }: In<'rollback'>) {
      const target = { application, environment }
      const newest = await latest(target)
      if (!newest) return refused('no-rollout', { environment })
      const path = `/v1/rollouts/${encodeURIComponent(newest.rollout)}/rollback` as const
      const started = flat(await ask({ method: 'POST', path, body: rest }, begun), target)
      return 'reason' in started ? started : await began(ask, started.rollout)
    },
    async ask({ target, ask: wish }: In<'ask'>) {
      const newest = await latest(target)
      if (!newest) return { answer: refused('no-rollout', { environment: target.environment }) }
      const path = `/v1/rollouts/${encodeURIComponent(newest.rollout)}/${wish.kind}` as const
      const answer = flat(await ask({ method: 'POST', path, body: bodyOf(wish) }, accepted), target)
      return { answer: 'reason' in answer ? answer : { kind: 'accepted' }, rollout: newest.rollout }
    },
    async changeLock({ target, wish }: In<'changeLock'>): Promise<LockOutcome> {
      const path = `${pathOf(target)}/lock` as const
      if (wish.verb === 'unlock') {
        return flat(await ask({ method: 'DELETE', path, query: { steal: wish.steal } }, lockOutcome), target)
      }
      const { reason, forMs } = wish
      return flat(await ask({ method: 'POST', path, body: { reason, forMs } }, lockOutcome), target)
    },
    locks: async ({ target }: In<'locks'>) => seenOf(await ask({ path: `${pathOf(target)}/lock` }, locks), target),
    audit: (input: In<'audit'>) => readAudit(ask, input),
    async status({ target, rollout }: In<'status'>): Promise<RolloutReport | undefined> {
      if (rollout === undefined) return await latest(target)
      const answer = await ask({ path: `/v1/rollouts/${encodeURIComponent(rollout)}` }, report)
      return answer.kind === 'answer' ? answer.value : undefined
    },
    watch: (target: Target, signal: AbortSignal) => watchTarget({ place, latest }, target, signal),
    history: (input: In<'history'>) => readHistory(ask, input),
    past: async ({ target, at }: In<'past'>) =>
      seenOf(await ask({ path: `${pathOf(target)}/history`, query: { at } }, past), target).hosts,
    where: async ({ release }: In<'where'>) =>
      seenOf(await ask({ path: '/v1/where', query: { release } }, found)).found,
    async hosts({ target, probe }: In<'hosts'>) {
      if (probe) throw noProbe()
      return seenOf(await ask({ path: `${pathOf(target)}/hosts` }, hostRecords), target).hosts
    },
    async log({ target, host }: In<'log'>): Promise<HostLogs | Refusal> {
      const path = `${pathOf(target)}/hosts/${encodeURIComponent(host)}/logs` as const
      const answer = await ask({ path }, logs)
      if (answer.kind === 'answer') return answer.value
      return answer.kind === 'nothing' ? refused('unknown-host', { host }) : answer
    },
    idle: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}

type AskOf = <T>(question: Question, schema: z.ZodType<T>) => Promise<Answered<T>>

async function began(ask: AskOf, rollout: string): Promise<Began> {
  return { kind: 'started', rollout, plan: seenOf(await ask({ path: `/v1/rollouts/${rollout}/plan` }, plan)) }
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
  return all
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

type Watched = { place: ServerPlace; latest: (target: Target) => Promise<RolloutReport | undefined> }

/** Goes on with the next rollout when that took the place of this one. */
async function* watchTarget({ place, latest }: Watched, target: Target, signal: AbortSignal): AsyncGenerator<Look> {
  let now = await latest(target)
  while (now && !signal.aborted) {
    const { rollout } = now
    for await (const look of watchRollout({ place, rollout, signal })) {
      yield look
      if (!isAtRest(look.report)) continue
      // A stream may be a moment behind what was just committed.
      now = await latest(target)
      if (now?.rollout !== rollout || isAtRest(now)) break
    }
    if (now?.rollout !== rollout) continue
    if (now.phase !== 'superseded') return
    now = await successorOf(latest, { target, rollout })
  }
}

async function successorOf(latest: Watched['latest'], { target, rollout }: { target: Target; rollout: string }) {
  for (let looks = 0; looks < SUCCESSOR_LOOKS; looks += 1) {
    const now = await latest(target)
    if (now?.rollout !== rollout) return now
    await new Promise((resolve) => setTimeout(resolve, SUCCESSOR_PAUSE_MS))
  }
  return undefined
}

function isAtRest({ phase, hosts }: RolloutReport): boolean {
  return hasEnded(phase) || ((phase === 'halted' || phase === 'waiting') && hosts.running === 0)
}

function pathOf({ application, environment }: Target): `/v1/${string}` {
  return `/v1/environments/${encodeURIComponent(application)}/${encodeURIComponent(environment)}`
}

function bodyOf(ask: Ask): object {
  return ask.kind === 'skip' ? { host: ask.hostName } : {}
}

/** Only the server knows what a release is made of. */
function wishOf(order: DeployOrder) {
  if ('work' in order) throw new Error('a server is asked for a release by its name')
  return order
}

function targetOf(order: DeployOrder): Target {
  return wishOf(order)
}

/** What is nothing here is an environment that this person cannot see. */
function flat<T>(answer: Answered<T>, target: Target): T | Refusal {
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

function noProbe(): Failure {
  const why = 'Only a terminal with the keys asks hosts itself.'
  return new Failure(
    EXIT.usage,
    wordsLines({ what: 'A server is not asked to probe.', why, next: 'houston hosts <environment>' }),
  )
}

/** The boundary of trust: everything but the closed list of reasons was parsed, and the words for it are the server's own. */
function trusted(answer: z.output<typeof audit>): AuditAnswer {
  return answer as AuditAnswer
}
