// houston rollback: one call, no configuration file, no question.

import type { App, Common } from '../app.ts'
import { asBegun, drive } from '../drive.ts'
import type { ExitCode } from '../exit-code.ts'
import { findTarget } from '../find-target.ts'
import { enter } from '../session/enter.ts'

export async function rollback(
  app: App,
  {
    environment,
    to,
    options,
  }: { environment: string | undefined; to: string | undefined; options: Common & { reason?: string } },
): Promise<ExitCode> {
  const entered = await enter(app, options, 'act')
  const target = await findTarget(app, entered.session, { environment, common: options }).catch(
    async (error: unknown) => {
      await entered.finish()
      throw error
    },
  )
  const order = {
    ...{ ...target, by: app.person },
    ...(to !== undefined && { to }),
    ...(options.reason !== undefined && { reason: options.reason }),
  }
  return await drive(app, { entered, target, common: options }, (session) => session.rollback(order).then(asBegun))
}
