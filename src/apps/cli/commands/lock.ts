// houston lock, unlock: keeps everybody else from deploying to an environment, waits for that, gives it back, or takes it away.

import type { LockWish } from '../../../core/lock.ts'
import type { App, Common } from '../app.ts'
import { refuse } from '../drive.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { findTarget } from '../find-target.ts'
import { enter } from '../session/enter.ts'
import { lockOutcomeLines } from '../words/lock.ts'

type Call<O> = { environment: string | undefined; options: Common & O }

/** `for`: ms. */
export async function lock(app: App, call: Call<{ reason?: string; for?: number }>): Promise<ExitCode> {
  const { reason, for: forMs } = call.options
  const said = { ...(reason !== undefined && { reason }), ...(forMs !== undefined && { forMs }) }
  return await change(app, call, { verb: 'lock', by: app.person, ...said })
}

export async function unlock(app: App, call: Call<{ steal?: boolean }>): Promise<ExitCode> {
  return await change(app, call, { verb: 'unlock', by: app.person, steal: call.options.steal === true })
}

/** Whoever has to wait for it ends as somebody who is blocked: a script that goes on would deploy into a refusal. */
async function change(app: App, { environment, options }: Call<object>, wish: LockWish): Promise<ExitCode> {
  const entered = await enter(app, options, 'plan')
  try {
    const target = await findTarget(app, entered.session, { environment, common: options })
    const outcome = await entered.session.changeLock({ target, wish })
    if (outcome.kind === 'refused') return refuse(app, { refusal: outcome, target, common: options })
    const code = outcome.kind === 'queued' ? EXIT.refused : EXIT.ok
    const words = { environment: target.environment, now: app.now() }
    if (options.json) app.screen.json({ format: 'lock', exit_code: code, ...target, outcome })
    else app.screen.out.print(lockOutcomeLines(outcome, words))
    return code
  } finally {
    await entered.finish()
  }
}
