// The environment of a command: from the words typed, the configuration file when there is a good one, and the store.

import type { App, Common } from './app.ts'
import { findConfig } from './project/find-config.ts'
import { resolveTarget } from './resolve-target.ts'
import type { Session, Target } from './session/session.ts'

const NO_FILE = { kind: 'missing' } as const

/** A faulty configuration file is no obstacle here: nothing of it is carried out. Throws `Failure`. */
export async function findTarget(
  app: App,
  session: Session,
  wanted: { environment: string | undefined; common: Common },
): Promise<Target> {
  const { environment, common } = wanted
  // A server knows better than a file of this machine what it deploys.
  const found = session.place.kind === 'server' ? NO_FILE : await findConfig(app.cwd, common.file)
  const configured = found.kind === 'ok' ? targetsOf(found.config) : []
  const known = await session.targets()
  const all = new Map(
    [...configured, ...known].map((target) => [JSON.stringify([target.application, target.environment]), target]),
  )
  const home = found.kind === 'ok' ? found.config.application : undefined
  const server = session.place.kind === 'server' ? session.place.url : undefined
  return resolveTarget([...all.values()], { environment, application: common.application, server }, home)
}

export function targetsOf(config: { application: string; environments: readonly { name: string }[] }): Target[] {
  return config.environments.map(({ name }) => ({ application: config.application, environment: name }))
}
