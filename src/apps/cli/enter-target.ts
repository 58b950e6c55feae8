// Opens the session of a command that acts, and finds the environment it is about. Leaves nothing open when it finds none.

import type { App, Common } from './app.ts'
import type { Drive } from './drive.ts'
import { findTarget } from './find-target.ts'
import { enter } from './session/enter.ts'

export async function enterTarget(app: App, environment: string | undefined, common: Common): Promise<Drive> {
  const entered = await enter(app, common, 'act')
  try {
    return { entered, target: await findTarget(app, entered.session, { environment, common }), common }
  } catch (error) {
    await entered.finish()
    throw error
  }
}
