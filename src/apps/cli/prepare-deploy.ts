// What `plan` and `deploy` have in common: houston.yml, the environment, the release, the request.

import { resolveEnvironment } from '../../config/resolve-environment.ts'
import type { App } from './app.ts'
import type { PlanInput } from './commands/plan.ts'
import { EXIT } from './exit-code.ts'
import { Failure } from './failure.ts'
import { findTarget, targetsOf } from './find-target.ts'
import { type FoundConfig, findConfig } from './project/find-config.ts'
import { readServerSettings } from './project/read-server-settings.ts'
import { resolveDeploy } from './project/resolve-deploy.ts'
import { resolveTarget } from './resolve-target.ts'
import { enterServer } from './session/enter.ts'
import type { DeployOrder, DeployWish, Session, Target } from './session/session.ts'
import { faultLines } from './words/faults.ts'
import { wordsLines } from './words/refusal.ts'

/** Throws `Failure`. */
export async function prepareDeploy(app: App, input: PlanInput): Promise<{ order: DeployOrder; target: Target }> {
  const server = await enterServer(app, input.options)
  if (server) return await wishOf(app, server.session, input)
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
    order: await resolveDeploy(app.person, { ...found, environment: answer.environment, settings }, words),
    target,
  }
}

/** Nothing of this machine's files is looked at: the server has the configuration, and finds the release. */
async function wishOf(
  app: App,
  session: Session,
  { environment, ref, options }: PlanInput,
): Promise<{ order: DeployWish; target: Target }> {
  if (options.sha256 !== undefined) throw new Failure(EXIT.usage, wordsLines(NO_SHA256))
  const target = await findTarget(app, session, { environment, common: options })
  const { reason, all = false, backwards = false } = options
  const order = {
    ...target,
    ...(ref !== undefined && { ref }),
    all,
    backwards,
    ...(reason !== undefined && { reason }),
  }
  return { order, target }
}

const NO_SHA256 = {
  what: 'A server takes no --sha256.',
  why: 'It finds the files of a release itself, and their hash with them.',
  next: 'the same without --sha256',
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
