// A step from beginning to end, as the runner starts it: reads, opens a way, carries out, tells. Only here the process ends.

import { annotationsOf } from './annotations.ts'
import { carryOut } from './carry-out.ts'
import type { Verb } from './contract.ts'
import { inTime } from './in-time.ts'
import { readInputs, variableOf } from './inputs.ts'
import { type Interruption, openInterruption } from './interruption.ts'
import { letGo } from './let-go.ts'
import { cancelledOutcome, faultyOutcome, outputsOf } from './outcome.ts'
import { openRunnerFiles } from './runner-files.ts'
import { openRunnerLog, type RunnerLog } from './runner-log.ts'
import { openServerWay } from './server/open-server.ts'
import { type StepContext, stepContext } from './step-context.ts'
import { nothingBegun, summaryOf, type Told } from './summary.ts'
import { isStepFault, type Way } from './way.ts'

/** Inputs that are hidden in every log before anything else happens. */
const SECRETS = ['token', 'ssh-key', 'github-token']

/** Never returns: connections and timers may still be open. */
export async function runStep(verb: Verb): Promise<never> {
  const { env } = process
  const log = openRunnerLog((text) => process.stdout.write(text))
  for (const name of SECRETS) log.mask(env[variableOf(name)] ?? '')
  const interruption = openInterruption(process)
  const read = readInputs(verb, env)
  const told =
    read.kind === 'faults'
      ? nothingBegun(faultyOutcome('invalid-input', read.faults.join('\n')))
      : await carry(stepContext({ verb, inputs: read.inputs, env, log }), interruption)
  tell(told, log)
  interruption.close()
  process.exit(told.outcome.ok ? 0 : 1)
}

async function carry(context: StepContext, interruption: Interruption): Promise<Told> {
  let way: Way | undefined
  try {
    way = await inTime(openWay(context), interruption.asked)
    if (!way) return nothingBegun(cancelledOutcome())
    return await carryOut({ ...context, way, interruption })
  } catch (error) {
    if (isStepFault(error)) return nothingBegun(faultyOutcome(error.code, error.message))
    context.log.quote('What went wrong', error instanceof Error ? String(error.stack) : String(error))
    return nothingBegun(faultyOutcome('error', String(error)))
  } finally {
    // Outputs come after it.
    if (way) await letGo(way, { interruption, log: context.log })
  }
}

/** The engine and SSH are a file of their own, loaded only where a step needs them. */
async function openWay(context: StepContext): Promise<Way> {
  if (context.inputs.way.kind === 'direct') {
    const { openDirectWay } = await import('./direct/open-direct.ts')
    return await openDirectWay(context)
  }
  return await openServerWay(context)
}

function tell(told: Told, log: RunnerLog): void {
  const { outcome, tails } = told
  const files = openRunnerFiles(process.env)
  for (const { host, text } of tails) log.quote(`What ${host} said last`, text)
  if (outcome.ok) log.say(outcome.message)
  for (const [title, message] of annotationsOf(told)) log.annotate('error', title, message)
  files.output(outputsOf(outcome))
  files.summary(summaryOf(told))
}
