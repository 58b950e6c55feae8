// Who a workflow is: the token that GitHub Actions signs for a job (OpenID Connect), believed only when GitHub's keys signed it
// for this server and it is in its time. It decides no rights.

import { createRemoteJWKSet, errors, type JWTVerifyOptions, jwtVerify } from 'jose'
import { z } from 'zod'
import type { Workflow, WorkflowProof } from '../../engine/ports-identity.ts'
import { webUrlOf } from './web-url.ts'

/** Between GitHub's clock and ours. */
const SKEW_S = 30
const LONGEST_MS = 5_000

const number = z.string().regex(/^\d{1,20}$/)
const claims = z.object({
  repository_id: number,
  repository: z.string().min(1),
  actor_id: number,
  actor: z.string().min(1),
  run_id: number,
  run_attempt: number.optional(),
  environment: z.string().min(1).optional(),
})

/** `audience`: of this server and no other, so that a token shown to one is worth nothing at another. */
export function createWorkflowProof(apiUrl: string, audience: string): WorkflowProof {
  const issuer = issuerOf(apiUrl)
  // Fetched when first needed; kept for ten minutes, and not asked for more than twice a minute for unknown keys.
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks`), { timeoutDuration: LONGEST_MS })
  const wanted: JWTVerifyOptions = {
    ...{ issuer, audience, algorithms: ['RS256'], clockTolerance: SKEW_S },
    requiredClaims: ['exp', 'nbf', 'iat'],
  }
  return {
    async workflowOf(jwt) {
      try {
        const { payload } = await jwtVerify(jwt, keys, wanted)
        return asWorkflow(claims.parse(payload))
      } catch (error) {
        if (error instanceof z.ZodError || provesNothing(error)) return undefined
        throw error
      }
    },
  }
}

function asWorkflow({
  repository_id,
  repository,
  actor_id,
  actor,
  run_id,
  run_attempt,
  environment,
}: z.output<typeof claims>): Workflow {
  return {
    ...{ repositoryId: repository_id, repository, actor: { id: actor_id, login: actor }, runId: run_id },
    byActor: run_attempt === '1' && !actor.endsWith('[bot]'),
    ...(environment !== undefined && { environment }),
  }
}

function issuerOf(apiUrl: string): string {
  const site = webUrlOf(apiUrl)
  return site === 'https://github.com' ? 'https://token.actions.githubusercontent.com' : `${site}/_services/token`
}

/** The token's fault, not the network's or that of whoever has the keys. */
function provesNothing(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return false
  return !(
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    error.code === 'ERR_JOSE_GENERIC'
  )
}
