// From houston.yml and what was typed to the request that the engine plans: nothing is stored and no host is asked.

import type { Environment } from '../../../config/config.ts'
import type { Settings } from '../../../config/settings.ts'
import { refusedRule } from '../../../core/approval.ts'
import type { Person } from '../../../core/intent.ts'
import type { DeployRequest } from '../../../engine/plan-deploy.ts'
import { EXIT } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { refusalLines, wordsLines } from '../words/refusal.ts'
import type { FoundConfig } from './find-config.ts'
import { readRepository } from './git.ts'
import { missingGrant } from './missing-grant.ts'
import { resolveRelease } from './resolve-release.ts'
import { openShelf } from './shelve-artefact.ts'

export type DeployWords = { ref?: string; sha256?: string; all: boolean; reason?: string }

/** Throws `Failure`. */
export async function resolveDeploy(
  by: Person,
  {
    config,
    root,
    environment,
    settings,
  }: Extract<FoundConfig, { kind: 'ok' }> & { environment: Environment; settings: Settings },
  words: DeployWords,
): Promise<DeployRequest> {
  const missing = await missingGrant(settings, environment, (await readRepository(root)) ?? '')
  if (missing) throw new Failure(EXIT.refused, wordsLines(missing))
  const unfit = refusedRule(environment.approvals)
  if (unfit) throw new Failure(EXIT.refused, refusalLines(unfit, environment.name))
  const { packDirectory } = await import('../../../adapters/ssh/pack-directory.ts')
  const release = await resolveRelease({
    ...{ source: config.source, variables: environment.variables, root, environment: environment.name },
    ...(words.ref !== undefined && { ref: words.ref }),
    ...(words.sha256 !== undefined && { sha256: words.sha256 }),
    shelf: openShelf(settings.dataDirectory, packDirectory),
  })
  const { application, directory, keep } = config
  const { recipe, fleet, strategy, approvals } = environment
  return {
    work: { application, environment: environment.name, release, recipe, directory, keep },
    ...{ fleet, strategy, includeCurrent: words.all, by },
    // Git says who wrote it, and nobody here can tell which person of this machine that is.
    ...(approvals && { approvals: { ...approvals, notAuthor: false } }),
    ...(words.reason !== undefined && { reason: words.reason }),
  }
}
