// houston plan: what a deploy would do now. Nothing is started and no host is asked.

import type { App, Common } from '../app.ts'
import { refuse } from '../drive.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { prepareDeploy } from '../prepare-deploy.ts'
import { enter } from '../session/enter.ts'
import { lockLines } from '../words/lock.ts'
import { planLines } from '../words/plan.ts'
import type { DeployOptions } from './deploy.ts'

export type PlanInput = { environment: string | undefined; ref: string | undefined; options: Common & DeployOptions }

export async function plan(app: App, input: PlanInput): Promise<ExitCode> {
  const { order, target } = await prepareDeploy(app, input)
  const entered = await enter(app, input.options, 'plan')
  try {
    const made = await entered.session.plan(order)
    if ('reason' in made) return refuse(app, { refusal: made, target, common: input.options })
    const locks = await entered.session.locks({ target })
    if (input.options.json) app.screen.json({ format: 'plan', ...made, locks })
    else
      app.screen.out.print([
        ...planLines(made),
        [],
        ...lockLines(locks, app.now()),
        [`Nothing was started. To carry it out: ${deployCommand(target.environment, input)}`],
      ])
    return EXIT.ok
  } finally {
    await entered.finish()
  }
}

/** What was asked for, typed again: without its release a deploy would take another one. */
function deployCommand(environment: string, { ref, options }: PlanInput): string {
  const { file, sha256, all, backwards } = options
  const words = ['houston deploy', environment, ref, sha256 && `--sha256 ${sha256}`, file && `--file ${file}`]
  return [...words, all && '--all', backwards && '--backwards'].filter(Boolean).join(' ')
}
