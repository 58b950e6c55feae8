// Carries a step out, whichever way: plans, begins, follows until nothing moves any more, and stops in time when the job is
// cancelled or the time is up. It knows neither a server nor SSH.

import { paintLine } from '../../src/apps/cli/screen/paint.ts'
import { planLines } from '../../src/apps/cli/words/plan.ts'
import { formatDuration } from '../../src/core/duration.ts'
import type { Refusal } from '../../src/core/intent.ts'
import type { PlanReport } from '../../src/core/report-plan.ts'
import type { RolloutPage } from '../../src/core/report-rollout-page.ts'
import type { Interruption } from './interruption.ts'
import { openNarrator } from './narrate.ts'
import { faultyOutcome, lookedOutcome, plannedOutcome, refusedOutcome, rolloutOutcome } from './outcome.ts'
import type { StepContext } from './step-context.ts'
import type { Told } from './summary.ts'
import type { Begun, Way } from './way.ts'

export type Step = StepContext & { way: Way; interruption: Interruption }

const NOT_BEGUN = 'The job was cancelled before anything was begun'

/** After a halt because of the time limit, hosts that were begun may still finish for so long. */
const LAST_HOSTS_MS = 60_000

export async function carryOut(step: Step): Promise<Told> {
  const { verb, way, inputs, log } = step
  if (verb === 'status') return await lookAround(step)
  const plan = verb === 'deploy' ? await way.plan() : undefined
  if (plan?.kind === 'refused') return refused(step, plan)
  if (plan) log.group(`Plan: ${plan.release} to ${plan.environment}`, planWords(plan))
  if (plan && inputs.planOnly) return { outcome: plannedOutcome(plan), plan, reports: [], tails: [] }
  if (step.interruption.asked.aborted) return { outcome: faultyOutcome('cancelled', NOT_BEGUN), reports: [], tails: [] }
  const begun = await way.begin()
  if (begun.kind === 'refused') return refused(step, begun)
  log.say(`begun: ${begun.rollout}${begun.url === undefined ? '' : ` ${begun.url}`}`)
  return { ...(await pursue(step, begun)), ...(plan && { plan }) }
}

function refused({ inputs }: Step, refusal: Refusal): Told {
  return { outcome: refusedOutcome(refusal, inputs.environment), reports: [], tails: [] }
}

async function lookAround({ way, inputs, log }: Step): Promise<Told> {
  const fleet = await way.look()
  if ('reason' in fleet) return { outcome: refusedOutcome(fleet, inputs.environment), reports: [], tails: [] }
  const zones = Map.groupBy(fleet.hosts, ({ zone }) => zone)
  for (const [zone, hosts] of zones)
    log.group(
      `${zone}: ${hosts.length}`,
      hosts.map(({ name, release = '-', trouble = '' }) => `${name} ${release} ${trouble}`),
    )
  return { outcome: lookedOutcome(fleet), reports: [], fleet, tails: [] }
}

async function pursue(step: Step, begun: Begun): Promise<Told> {
  const { way, inputs, log, interruption } = step
  const narrator = openNarrator(log, Date.now)
  const limit = AbortSignal.timeout(inputs.timeoutMs)
  const watch = async ({ rollout }: Begun, signal: AbortSignal) => {
    let last: RolloutPage | undefined
    for await (const page of way.follow(rollout, signal)) {
      narrator.look(page)
      last = page
    }
    return last
  }
  const until = inputs.wait ? AbortSignal.any([interruption.asked, limit]) : AbortSignal.abort()
  const first = await inTime(watch(begun, until), interruption.over)
  const cut = cutBy(step, limit)
  const after = cut ? await stop(step, { begun, cut, watch }) : undefined
  narrator.end()
  const page = after?.page ?? first
  if (!page)
    return {
      outcome: faultyOutcome('no-answer', 'the rollout was begun and could not be seen'),
      reports: [],
      tails: [],
    }
  const told = { ...(begun.url !== undefined && { url: begun.url }), ...(cut && { cut }) }
  const outcome = rolloutOutcome(page, told)
  const goesOn = !inputs.wait && !cut && outcome.reason !== 'failed'
  return {
    outcome: goesOn ? { ...outcome, ok: true, reason: '' } : outcome,
    reports: [...(first && first.report.rollout !== page.report.rollout ? [first.report] : []), page.report],
    tails: interruption.over.aborted ? [] : await way.lastWords(page.report.rollout),
  }
}

type Cut = { reason: 'cancelled' | 'timeout'; message: string }

function cutBy({ inputs, interruption }: Step, limit: AbortSignal): Cut | undefined {
  if (interruption.asked.aborted) return { reason: 'cancelled', message: `The job was cancelled: ${inputs.onCancel}` }
  if (!limit.aborted || !inputs.wait) return undefined
  return { reason: 'timeout', message: `Halted after ${formatDuration(inputs.timeoutMs)}, the input timeout` }
}

type Watch = (begun: Begun, signal: AbortSignal) => Promise<RolloutPage | undefined>

/** A rollout that ended in the same moment needs nothing; the way says so, and what is seen last is the truth. */
async function stop(
  { way, inputs, log, interruption }: Step,
  { begun, cut, watch }: { begun: Begun; cut: Cut; watch: Watch },
): Promise<{ page: RolloutPage | undefined }> {
  log.say(cut.message)
  const { over } = interruption
  if (cut.reason === 'timeout') {
    await halt()
    const until = AbortSignal.any([interruption.asked, AbortSignal.timeout(LAST_HOSTS_MS)])
    return { page: await inTime(watch(begun, until), over) }
  }
  if (inputs.onCancel === 'detach') return { page: undefined }
  if (inputs.onCancel === 'rollback') {
    const back = await inTime(way.rollback().catch(told), over)
    if (back?.kind === 'begun') return { page: await inTime(watch(back, over), over) }
    if (back) log.say(`not rolled back: ${refusedOutcome(back, inputs.environment).message}`)
  }
  await halt()
  return { page: await inTime(watch(begun, over), over) }

  async function halt(): Promise<void> {
    const answer = await inTime(way.halt(begun.rollout).catch(told), over)
    if (answer?.kind === 'refused') log.say(`not halted: ${refusedOutcome(answer, inputs.environment).message}`)
  }

  function told(error: unknown): undefined {
    log.quote('This could not be asked for', error instanceof Error ? error.message : String(error))
  }
}

/** `undefined`: no time was left for an answer. */
function inTime<Value>(work: Promise<Value>, over: AbortSignal): Promise<Value | undefined> {
  const late = new Promise<undefined>((resolve) => {
    if (over.aborted) resolve(undefined)
    over.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  return Promise.race([work, late])
}

function planWords(plan: PlanReport): string[] {
  return planLines(plan).map((line) => paintLine(line, { colour: false }))
}
