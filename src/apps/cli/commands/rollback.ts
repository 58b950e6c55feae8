// houston rollback: one call, no configuration file, no question.

import type { App, Common } from '../app.ts'
import { asBegun, drive } from '../drive.ts'
import { enterTarget } from '../enter-target.ts'
import type { ExitCode } from '../exit-code.ts'

export async function rollback(
  app: App,
  {
    environment,
    to,
    options,
  }: { environment: string | undefined; to: string | undefined; options: Common & { reason?: string } },
): Promise<ExitCode> {
  const call = await enterTarget(app, environment, options)
  const order = {
    ...{ ...call.target, by: app.person },
    ...(to !== undefined && { to }),
    ...(options.reason !== undefined && { reason: options.reason }),
  }
  return await drive(app, call, (session) => session.rollback(order).then(asBegun))
}
