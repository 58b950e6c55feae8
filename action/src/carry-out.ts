// Carries a step out, whichever way: looks, or plans, begins and pursues what was begun. It knows neither a server nor SSH.

import { paintLine } from '../../src/apps/cli/screen/paint.ts'
import { planLines } from '../../src/apps/cli/words/plan.ts'
import type { Refusal } from '../../src/core/intent.ts'
import type { PlanReport } from '../../src/core/report-plan.ts'
import { inTime } from './in-time.ts'
import { cancelledOutcome, lookedOutcome, plannedOutcome, refusedOutcome, unseenOutcome } from './outcome.ts'
import { pursue, type Step } from './pursue.ts'
import { nothingBegun, type Told } from './summary.ts'
import { type Begun, isStepFault } from './way.ts'

export async function carryOut(step: Step): Promise<Told> {
  const { verb, way, inputs, log } = step
  const { asked } = step.interruption
  if (verb === 'status') return await lookAround(step)
  const plan = verb === 'deploy' ? await inTime(way.plan(), asked) : undefined
  if (asked.aborted) return nothingBegun(cancelledOutcome())
  if (plan?.kind === 'refused') return refused(step, plan)
  if (plan && inputs.planOnly) {
    tellPlan(step, plan)
    return { outcome: plannedOutcome(plan), plan, reports: [], tails: [] }
  }
  const begun = await begin(step)
  if (begun.kind === 'unseen') return nothingBegun(unseenOutcome(begun))
  if (begun.kind === 'refused') return refused(step, begun)
  log.say(`begun: ${begun.rollout}${begun.url === undefined ? '' : ` ${begun.url}`}`)
  if (begun.plan) tellPlan(step, begun.plan)
  return { ...(await pursue(step, begun)), ...(begun.plan && { plan: begun.plan }) }
}

type Unseen = { kind: 'unseen'; reason: string; message: string }

/** Whoever was asked to begin and did not answer may have begun. */
async function begin({ way, interruption }: Step): Promise<Begun | Refusal | Unseen> {
  const silent = (error: unknown): Unseen => {
    if (!isStepFault(error) || error.code !== 'no-answer') throw error
    return { kind: 'unseen', reason: error.code, message: `${error.message}. ${IN_DOUBT}` }
  }
  const begun = await inTime(way.begin().catch(silent), interruption.over)
  const message = `The job was cancelled before there was an answer. ${IN_DOUBT}`
  return begun ?? { kind: 'unseen', reason: 'cancelled', message }
}

const IN_DOUBT = 'It may have begun and may go on: look at the server'

function refused({ inputs }: Step, refusal: Refusal): Told {
  return nothingBegun(refusedOutcome(refusal, inputs.environment))
}

async function lookAround({ way, inputs, log }: Step): Promise<Told> {
  const fleet = await way.look()
  if ('reason' in fleet) return nothingBegun(refusedOutcome(fleet, inputs.environment))
  const zones = Map.groupBy(fleet.hosts, ({ zone }) => zone)
  for (const [zone, hosts] of zones)
    log.group(
      `${zone}: ${hosts.length}`,
      hosts.map(({ name, release = '-', trouble = '' }) => `${name} ${release} ${trouble}`),
    )
  return { outcome: lookedOutcome(fleet), reports: [], fleet, tails: [] }
}

function tellPlan({ log }: Step, plan: PlanReport): void {
  const lines = planLines(plan).map((line) => paintLine(line, { colour: false }))
  log.group(`Plan: ${plan.kind} of ${plan.release} to ${plan.environment}`, lines)
}
