// Pursues a rollout that a step has begun: follows it until nothing moves any more, and stops in time when the job is cancelled or
// the time is up. It knows neither a server nor SSH.

import { formatDuration } from '../../src/core/duration.ts'
import type { Refusal } from '../../src/core/intent.ts'
import type { RolloutPage } from '../../src/core/report-rollout-page.ts'
import { isAtRest } from './at-rest.ts'
import { inTime } from './in-time.ts'
import type { Interruption } from './interruption.ts'
import { openNarrator } from './narrate.ts'
import { refusedOutcome, rolloutOutcome, unseenOutcome } from './outcome.ts'
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
  const watch: Watch = async ({ rollout }, until = interruption.over) => {
    const look = async () => {
      for await (const page of way.follow(rollout, until)) {
        seen.set(rollout, page)
        narrator.look(page)
      }
    }
    const lose = (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error)
      lost = { kind: 'lost', reason: isStepFault(error) ? error.code : 'error', message }
    }
    await inTime(look().catch(lose), interruption.over)
  }
  let lost: Cut | undefined
  const limit = AbortSignal.timeout(inputs.timeoutMs)
  await watch(begun, inputs.wait ? AbortSignal.any([interruption.asked, limit]) : AbortSignal.abort())
  const cut = cutBy(step, { limit, page: seen.get(begun.rollout) }) ?? lost
  const undone = cut && cut.kind !== 'lost' ? await stop(step, { begun, cut, watch }) : []
  narrator.end()
  const pages = [...seen.values()]
  const page = pages.at(-1)
  const url = begun.url === undefined ? {} : { url: begun.url }
  const why = cut && { reason: cut.reason, message: [cut.message, ...undone].join('. ') }
  if (!page) return { outcome: { ...unseenOutcome(why), rollout: begun.rollout, ...url }, reports: [], tails: [] }
  const outcome = rolloutOutcome(page, { ...url, ...(why && { cut: why }) })
  const goesOn = !inputs.wait && !isAtRest(page)
  return {
    outcome: goesOn ? { ...outcome, ok: true, reason: '' } : outcome,
    reports: pages.map(({ report }) => report),
    tails: cut ? [] : await way.lastWords(page.report.rollout).catch(() => []),
  }
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
  const message = `The time was up after ${formatDuration(inputs.timeoutMs)}, the input timeout: halt`
  return { kind: 'timeout', reason: 'timeout', message }
}

/** Answers what did not come about, in sentences. */
async function stop(
  step: Step,
  { begun, cut, watch }: { begun: Begun; cut: Cut; watch: Watch },
): Promise<readonly string[]> {
  const { way, inputs, log, interruption } = step
  log.say(cut.message)
  const undone: string[] = []
  const note = (what: string, answer: Refusal | Unasked) => {
    undone.push(undoneWords(what, answer, inputs.environment))
    log.say(undone.at(-1) ?? '')
  }
  if (cut.kind === 'cancelled' && inputs.onCancel === 'detach') return undone
  if (cut.kind === 'cancelled' && inputs.onCancel === 'rollback') {
    const back = await asked(step, () => way.rollback())
    if (back.kind === 'begun') {
      await watch(back)
      return undone
    }
    note('rolled back', back)
  }
  const answer = await asked(step, () => way.halt(begun.rollout))
  if (answer.kind !== 'accepted') note('halted', answer)
  if (cut.kind === 'cancelled') await watch(begun)
  else await watch(begun, AbortSignal.any([interruption.asked, AbortSignal.timeout(LAST_HOSTS_MS)]))
  return undone
}

/** Nobody knows whether it was heard. */
type Unasked = { kind: 'unasked'; why: string }

function undoneWords(what: string, answer: Refusal | Unasked, environment: string): string {
  if (answer.kind === 'unasked') return `It is perhaps NOT ${what}: ${answer.why}`
  return `It is not ${what}: ${refusedOutcome(answer, environment).message}`
}

/** What cannot be asked for is said; the step still tells what it knows. */
async function asked<Answer>({ interruption }: Step, ask: () => Promise<Answer>): Promise<Answer | Unasked> {
  const failed = (error: unknown): Unasked => {
    return { kind: 'unasked', why: error instanceof Error ? error.message : String(error) }
  }
  const answer = await inTime(ask().catch(failed), interruption.over)
  return answer ?? { kind: 'unasked', why: 'no answer came in time' }
}
