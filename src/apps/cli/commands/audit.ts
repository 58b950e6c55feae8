// houston audit: who asked for what, and what came of it; of one environment, or of all.

import type { App, Common } from '../app.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { findTarget } from '../find-target.ts'
import { enter } from '../session/enter.ts'
import { auditLines } from '../words/audit.ts'

export async function audit(
  app: App,
  { environment, options }: { environment: string | undefined; options: Common & { limit: number } },
): Promise<ExitCode> {
  const entered = await enter(app, options, 'look')
  const { session } = entered
  try {
    const target =
      environment === undefined ? undefined : await findTarget(app, session, { environment, common: options })
    const entries = await session.audit({ ...(target && { target }), limit: options.limit })
    if (options.json) app.screen.json({ format: 'audit', ...target, entries })
    else if (entries.length > 0) app.screen.out.print(auditLines(entries, app.now()))
    else app.screen.err.print([['Nobody has asked for anything there yet. next: houston plan <environment>']])
    return EXIT.ok
  } finally {
    await entered.finish()
  }
}
