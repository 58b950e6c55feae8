// What `plan` and `deploy` have in common: houston.yml, the environment, the release, the request.

import { resolveEnvironment } from '../../config/resolve-environment.ts'
import type { DeployRequest } from '../../engine/plan-deploy.ts'
import type { App, Common } from './app.ts'
import type { DeployOptions } from './commands/deploy.ts'
import { EXIT } from './exit-code.ts'
import { Failure } from './failure.ts'
import { targetsOf } from './find-target.ts'
import { type FoundConfig, findConfig } from './project/find-config.ts'
import { readServerSettings } from './project/read-server-settings.ts'
import { resolveDeploy } from './project/resolve-deploy.ts'
import { resolveTarget } from './resolve-target.ts'
import type { Target } from './session/session.ts'
import { faultLines } from './words/faults.ts'
import { wordsLines } from './words/refusal.ts'

/** Throws `Failure`. */
export async function prepareDeploy(
  app: App,
  input: { environment: string | undefined; ref: string | undefined; options: Common & DeployOptions },
): Promise<{ request: DeployRequest; target: Target }> {
  const { options, ref } = input
  const found = requireConfig(await findConfig(app.cwd, options.file))
  const wanted = { environment: input.environment, application: options.application }
  const target = resolveTarget(targetsOf(found.config), wanted)
  const answer = resolveEnvironment(found.config, target.environment)
  if (answer.kind === 'refused')
    throw new Error(`environment ${target.environment} is in houston.yml and was not found`)
  const settings = await readServerSettings({ cwd: app.cwd, env: app.env, ...options })
  const words = {
    ...(ref !== undefined && { ref }),
    ...(options.sha256 !== undefined && { sha256: options.sha256 }),
    ...(options.reason !== undefined && { reason: options.reason }),
    all: options.all === true,
  }
  return {
    request: await resolveDeploy(app.person, { ...found, environment: answer.environment, settings }, words),
    target,
  }
}

/** Throws `Failure` with every fault. */
export function requireConfig(found: FoundConfig): Extract<FoundConfig, { kind: 'ok' }> {
  switch (found.kind) {
    case 'ok':
      return found
    case 'faults':
      throw new Failure(EXIT.usage, faultLines(found.faults, found.text))
    case 'missing':
      throw new Failure(
        EXIT.usage,
        wordsLines({
          what: `There is no ${found.looked} here or in a folder above.`,
          why: 'It says what is deployed, how, and on which hosts.',
          next: 'houston schema   (describes it), or --file <path>',
        }),
      )
    default:
      return found satisfies never
  }
}
