// houston deploy: shows the plan in short, asks once, carries it out, and stays until it is over.

import type { App, Common } from '../app.ts'
import { asBegun, type Drive, drive, refuse } from '../drive.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { prepareDeploy } from '../prepare-deploy.ts'
import { enter } from '../session/enter.ts'
import type { DeployOrder } from '../session/session.ts'
import { lockLines } from '../words/lock.ts'
import { shortPlanLines } from '../words/plan.ts'
import { wordsLines } from '../words/refusal.ts'
import { type PlanInput, plan } from './plan.ts'

export type DeployOptions = {
  all?: boolean
  backwards?: boolean
  reason?: string
  sha256?: string
  yes?: boolean
  input?: boolean
  dryRun?: boolean
  plan?: boolean
}

export async function deploy(app: App, input: PlanInput): Promise<ExitCode> {
  const { options } = input
  if (options.dryRun || options.plan) return await plan(app, input)
  const { order, target } = await prepareDeploy(app, input)
  requireConsent(app, options, `houston deploy ${target.environment} --yes`)
  const entered = await enter(app, options, 'act')
  const confirmed = await confirm(app, { entered, target, common: options }, order).catch(async (error: unknown) => {
    await entered.finish()
    throw error
  })
  if (typeof confirmed === 'number') {
    await entered.finish()
    return confirmed
  }
  return await drive(app, { entered, target, common: options }, (session) => session.deploy(confirmed).then(asBegun))
}

function requireConsent({ screen }: App, options: DeployOptions & Common, command: string): void {
  if (options.yes || (screen.interactive && options.input !== false && !options.json)) return
  throw new Failure(
    EXIT.usage,
    wordsLines({
      what: 'Nobody can be asked for consent here.',
      why: 'Without a terminal a deploy starts only with --yes.',
      next: command,
    }),
  )
}

/** The order that was agreed to, bound to the plan that was shown; or how the command ends. */
async function confirm(
  app: App,
  { entered, target, common }: Drive & { common: Common & DeployOptions },
  order: DeployOrder,
): Promise<DeployOrder | ExitCode> {
  const { screen } = app
  const made = await entered.session.plan(order)
  if ('reason' in made) return refuse(app, { refusal: made, target, common })
  if (!common.json) {
    const locks = await entered.session.locks({ target })
    screen.err.print([...shortPlanLines(made), ...lockLines(locks, app.now())])
  }
  const approved = { ...order, approvedDigest: made.digest }
  if (common.yes) return order
  const answer = await screen.ask(['Go ahead? [y/N] '])
  if (answer === undefined) return EXIT.interrupted
  if (/^y(es)?$/i.test(answer.trim())) return approved
  screen.err.print([['Nothing was started.']])
  return EXIT.refused
}
