// Pursues a rollout that a step has begun: follows it until nothing moves any more, and stops in time when the job is cancelled or
// the time is up. It knows neither a server nor SSH.

import { formatDuration } from '../../src/core/duration.ts'
import type { RolloutPage } from '../../src/core/report-rollout-page.ts'
import { isAtRest } from './at-rest.ts'
import type { Interruption } from './interruption.ts'
import { openNarrator } from './narrate.ts'
import { faultyOutcome, type Outcome, refusedOutcome, rolloutOutcome } from './outcome.ts'
import type { StepContext } from './step-context.ts'
import type { Told } from './summary.ts'
import { type Begun, isStepFault, type Way } from './way.ts'

export type Step = StepContext & { way: Way; interruption: Interruption }

/** After a halt because of the time limit, hosts that were begun may still finish for so long. */
const LAST_HOSTS_MS = 60_000

/** Follows until it rests, `until` is aborted or no time is left. */
type Watch = (begun: Begun, until?: AbortSignal) => Promise<void>

/** Why the step ended before the rollout: `lost` when it went out of sight. */
type Cut = { kind: 'cancelled' | 'timeout' | 'lost'; reason: string; message: string }

export async function pursue(step: Step, begun: Begun): Promise<Told> {
  const { way, inputs, log, interruption } = step
  const narrator = openNarrator(log, Date.now)
  /** The last page of each rollout. */
  const seen = new Map<string, RolloutPage>()
  const watch: Watch = ({ rollout }, until = interruption.over) => {
    const look = async () => {
      for await (const page of way.follow(rollout, until)) {
        seen.set(rollout, page)
        narrator.look(page)
      }
    }
    const lose = (error: unknown) => {
      if (!isStepFault(error)) throw error
      lost = { kind: 'lost', reason: error.code, message: error.message }
    }
    return inTime(look().catch(lose), interruption.over)
  }
  let lost: Cut | undefined
  const limit = AbortSignal.timeout(inputs.timeoutMs)
  await watch(begun, inputs.wait ? AbortSignal.any([interruption.asked, limit]) : AbortSignal.abort())
  const cut = cutBy(step, { limit, page: seen.get(begun.rollout) }) ?? lost
  if (cut && cut.kind !== 'lost') await stop(step, { begun, cut, watch })
  narrator.end()
  const pages = [...seen.values()]
  const page = pages.at(-1)
  const url = begun.url === undefined ? {} : { url: begun.url }
  if (!page) return { outcome: { ...UNSEEN, ...cut, rollout: begun.rollout, ...url }, reports: [], tails: [] }
  const outcome = rolloutOutcome(page, { ...url, ...(cut && { cut }) })
  const goesOn = !inputs.wait && !isAtRest(page)
  return {
    outcome: goesOn ? { ...outcome, ok: true, reason: '' } : outcome,
    reports: pages.map(({ report }) => report),
    tails: cut ? [] : await way.lastWords(page.report.rollout).catch(() => []),
  }
}

const UNSEEN: Outcome = {
  ...faultyOutcome('no-answer', 'The rollout was begun and could not be looked at'),
  ...{ state: 'unknown', decision: 'started' },
}

/** A rollout that came to its end in the same moment was not cut. */
function cutBy(
  { inputs, interruption }: Step,
  { limit, page }: { limit: AbortSignal; page: RolloutPage | undefined },
): Cut | undefined {
  if (page && isAtRest(page)) return undefined
  if (interruption.asked.aborted)
    return { kind: 'cancelled', reason: 'cancelled', message: `The job was cancelled: ${inputs.onCancel}` }
  if (!limit.aborted || !inputs.wait) return undefined
  const message = `Halted after ${formatDuration(inputs.timeoutMs)}, the input timeout`
  return { kind: 'timeout', reason: 'timeout', message }
}

async function stop(step: Step, { begun, cut, watch }: { begun: Begun; cut: Cut; watch: Watch }): Promise<void> {
  const { way, inputs, log, interruption } = step
  log.say(cut.message)
  if (cut.kind === 'cancelled' && inputs.onCancel === 'detach') return
  if (cut.kind === 'cancelled' && inputs.onCancel === 'rollback') {
    const back = await asked(step, () => way.rollback())
    if (back?.kind === 'begun') return await watch(back)
    if (back) log.say(`not rolled back: ${refusedOutcome(back, inputs.environment).message}`)
  }
  const answer = await asked(step, () => way.halt(begun.rollout))
  if (answer?.kind === 'refused') log.say(`not halted: ${refusedOutcome(answer, inputs.environment).message}`)
  if (cut.kind === 'cancelled') await watch(begun)
  else await watch(begun, AbortSignal.any([interruption.asked, AbortSignal.timeout(LAST_HOSTS_MS)]))
}

/** What cannot be asked for is said; the step still tells what it knows. */
function asked<Answer>({ log, interruption }: Step, ask: () => Promise<Answer>): Promise<Answer | undefined> {
  const told = (error: unknown) => {
    log.quote('This could not be asked for', error instanceof Error ? error.message : String(error))
    return undefined
  }
  return inTime(ask().catch(told), interruption.over)
}

/** `undefined`: no time was left. */
function inTime<Value>(work: Promise<Value>, over: AbortSignal): Promise<Value | undefined>
function inTime(work: Promise<void>, over: AbortSignal): Promise<void>
function inTime<Value>(work: Promise<Value>, over: AbortSignal): Promise<Value | undefined> {
  const late = new Promise<undefined>((resolve) => {
    if (over.aborted) resolve(undefined)
    over.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  return Promise.race([work, late])
}
