// What a step does before there is a rollout: it plans, begins, and tells the truth about what it did not see.

import { expect, it } from 'vitest'
import { carryOut } from '../../action/src/carry-out.ts'
import { readInputs, variableOf } from '../../action/src/inputs.ts'
import { openRunnerLog } from '../../action/src/runner-log.ts'
import { stepContext } from '../../action/src/step-context.ts'
import { StepFault, type Way } from '../../action/src/way.ts'
import { refused } from '../../src/core/intent.ts'
import { reportPlan } from '../../src/core/report-plan.ts'
import { fleetOf, planOf } from '../support/plan-of.ts'

const PLAN = reportPlan(planOf({ fleet: fleetOf({ a: 1 }) }))

type Script = {
  plan?: () => Promise<Awaited<ReturnType<Way['plan']>>>
  begin?: (cancel: () => void) => Promise<Awaited<ReturnType<Way['begin']>>>
  inputs?: Readonly<Record<string, string>>
}

const never = () => new Promise<never>(() => {})
const gone = async () => {
  throw new StepFault('no-answer', 'https://houston.acme.dev does not answer')
}

/** Cancelled: the job, and in the same moment no time is left. */
async function run({ plan = async () => PLAN, begin = never, inputs = {} }: Script, cancelledAt?: 'plan' | 'begin') {
  const given = { environment: 'production', server: 'https://houston.acme.dev', ...inputs }
  const env = Object.fromEntries(Object.entries(given).map(([name, value]) => [variableOf(name), value]))
  const read = readInputs('deploy', env)
  if (read.kind !== 'ok') throw new Error(read.faults.join())
  const asked = new AbortController()
  const over = new AbortController()
  const did: string[] = []
  const cancel = () => {
    asked.abort()
    over.abort()
  }
  const way: Pick<Way, 'plan' | 'begin'> = {
    plan() {
      did.push('plan')
      if (cancelledAt === 'plan') cancel()
      return plan()
    },
    begin() {
      did.push('begin')
      if (cancelledAt === 'begin') cancel()
      return begin(cancel)
    },
  }
  const context = stepContext({ verb: 'deploy', inputs: read.inputs, env: {}, log: openRunnerLog(() => {}) })
  const interruption = { asked: asked.signal, over: over.signal, close: () => {} }
  const { outcome } = await carryOut({ ...context, way: way as Way, interruption })
  return { ...outcome, did }
}

it('begins nothing once the job is cancelled, planned or not', async () => {
  for (const plan of [async () => PLAN, never])
    expect(await run({ plan }, 'plan')).toMatchObject({ state: 'refused', reason: 'cancelled', did: ['plan'] })
})

it('does not call refused what may have been begun when the job was cancelled', async () => {
  expect(await run({}, 'begin')).toMatchObject({
    ...{ ok: false, state: 'unknown', decision: 'started', reason: 'cancelled' },
    message: expect.stringContaining('may go on'),
  })
})

it('does not call refused what may have been begun by a server that fell silent', async () => {
  expect(await run({ begin: gone })).toMatchObject({
    ...{ ok: false, state: 'unknown', decision: 'started', reason: 'no-answer' },
    message: expect.stringContaining('may go on'),
  })
})

it('calls refused what nobody was asked to begin', async () => {
  await expect(run({ plan: gone })).rejects.toMatchObject({ code: 'no-answer' })
  const locked = async () => refused('lock-held', { holder: 'ada' })
  expect(await run({ begin: locked })).toMatchObject({ state: 'refused', reason: 'lock-held' })
})

it('touches nothing where only a plan is wanted', async () => {
  expect(await run({ inputs: { 'plan-only': 'true' } })).toMatchObject({ ok: true, state: 'planned', did: ['plan'] })
})
