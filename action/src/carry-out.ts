// Carries a step out, whichever way: looks, or plans, begins and pursues what was begun. It knows neither a server nor SSH.

import { paintLine } from '../../src/apps/cli/screen/paint.ts'
import { planLines } from '../../src/apps/cli/words/plan.ts'
import type { Refusal } from '../../src/core/intent.ts'
import type { PlanReport } from '../../src/core/report-plan.ts'
import { faultyOutcome, lookedOutcome, plannedOutcome, refusedOutcome } from './outcome.ts'
import { pursue, type Step } from './pursue.ts'
import type { Told } from './summary.ts'

const NOT_BEGUN = 'The job was cancelled before anything was begun'

export async function carryOut(step: Step): Promise<Told> {
  const { verb, way, inputs, log } = step
  if (verb === 'status') return await lookAround(step)
  const plan = verb === 'deploy' ? await way.plan() : undefined
  if (plan?.kind === 'refused') return refused(step, plan)
  if (plan && inputs.planOnly) {
    tellPlan(step, plan)
    return { outcome: plannedOutcome(plan), plan, reports: [], tails: [] }
  }
  if (step.interruption.asked.aborted) return { outcome: faultyOutcome('cancelled', NOT_BEGUN), reports: [], tails: [] }
  const begun = await way.begin()
  if (begun.kind === 'refused') return refused(step, begun)
  log.say(`begun: ${begun.rollout}${begun.url === undefined ? '' : ` ${begun.url}`}`)
  if (begun.plan) tellPlan(step, begun.plan)
  return { ...(await pursue(step, begun)), ...(begun.plan && { plan: begun.plan }) }
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

function tellPlan({ log }: Step, plan: PlanReport): void {
  const lines = planLines(plan).map((line) => paintLine(line, { colour: false }))
  log.group(`Plan: ${plan.kind} of ${plan.release} to ${plan.environment}`, lines)
}
