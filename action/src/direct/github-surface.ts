// GitHub is told of a rollout with the job's own token: a deployment and check runs. What the token may not write is said once,
// and the rollout goes on.

import { createForge } from '../../../src/adapters/github/forge.ts'
import { type Github, HoustonOctokit } from '../../../src/adapters/github/octokit.ts'
import { createGithubSurface } from '../../../src/adapters/github/surface.ts'
import type { Environment } from '../../../src/config/config.ts'
import type { ForgeObject } from '../../../src/core/project-forge.ts'
import type { Secret } from '../../../src/core/secret.ts'
import type { Forge, Outgoing, Surface } from '../../../src/engine/ports-outside.ts'

/** GitHub Actions itself, whose token it is; what it has written is found again by this. */
const ACTIONS_APP = 15_368

export type GithubPlace = {
  token: Secret
  apiUrl: string
  environment: Environment
  /** The job's page. */
  logUrl?: string
  refused: (what: ForgeObject['kind'], why: string) => void
}

export function openGithubSurface({ token, apiUrl, environment, logUrl, refused }: GithubPlace): Surface<ForgeObject> {
  const octokit = new HoustonOctokit({ baseUrl: apiUrl, auth: { token: token.reveal() } })
  const github: Github = { appId: ACTIONS_APP, app: octokit, of: async () => octokit, forget: () => {} }
  const surface = createGithubSurface(telling(createForge(github), refused), () => ({
    production: environment.name === 'production',
    hostsWithRuns: environment.hostChecks,
    ...(environment.url !== undefined && { environmentUrl: environment.url }),
    ...(logUrl !== undefined && { logUrl }),
  }))
  // Nobody answers a button once the job is over.
  const desired: Surface<ForgeObject>['desired'] = (view) =>
    surface.desired(view).map((each) => {
      const { content } = each
      return content.kind === 'check-run' ? { ...each, content: { ...content, actions: [] } } : each
    })
  return { ...surface, desired }
}

/** Says each kind of object that is refused, once. */
function telling(forge: Forge, refused: GithubPlace['refused']): Forge {
  const told = new Set<ForgeObject['kind']>()
  const heard = <Answer extends { kind: string }>({ content }: Outgoing<ForgeObject>, answer: Answer): Answer => {
    if (answer.kind !== 'refused' || told.has(content.kind)) return answer
    told.add(content.kind)
    refused(content.kind, 'why' in answer ? String(answer.why) : '')
    return answer
  }
  return {
    find: async (object, signal) => heard(object, await forge.find(object, signal)),
    create: async (object, signal) => heard(object, await forge.create(object, signal)),
    update: async (id, object, signal) => heard(object, await forge.update(id, object, signal)),
  }
}
