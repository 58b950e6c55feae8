// The three operations of OAuth as the API describes them: forms, and errors of their own.

import type { z } from 'zod'
import type { Operation } from './describe.ts'
import { OAUTH_PATHS } from './oauth.ts'
import { accessToken, deviceCodes, deviceForm, oauthError, revokeForm, tokenForm } from './schema/oauth.ts'
import { schemaOf } from './schema/registry.ts'
import { emptyBody } from './schema/rollout.ts'

type Facts = { operationId: string; summary: string; form: z.ZodType; answer: z.ZodType }

/** `problem`: what every operation may answer. */
export function describeOauth(problem: object): Record<string, { post: Operation }> {
  const post = ({ form, answer, ...facts }: Facts): { post: Operation } => ({
    post: {
      ...{ ...facts, tags: ['People'], parameters: [], security: [] },
      requestBody: {
        required: true,
        content: { 'application/x-www-form-urlencoded': { schema: schemaOf(form, 'input') } },
      },
      responses: {
        200: { description: 'Done.', content: { 'application/json': { schema: schemaOf(answer, 'output') } } },
        400: {
          description: 'Not (yet).',
          content: { 'application/json': { schema: schemaOf(oauthError, 'output') } },
        },
        default: problem,
      },
    },
  })
  return {
    [OAUTH_PATHS.device]: post({
      ...{ operationId: 'askForTerminal', form: deviceForm, answer: deviceCodes },
      summary: 'A terminal asks for a token: codes for it, and for a person who types one at the address (RFC 8628).',
    }),
    [OAUTH_PATHS.token]: post({
      ...{ operationId: 'hearOfToken', form: tokenForm, answer: accessToken },
      summary: 'The token, once somebody has allowed it; asked for no more often than `interval` says.',
    }),
    [OAUTH_PATHS.revoke]: post({
      ...{ operationId: 'endToken', form: revokeForm, answer: emptyBody },
      summary: 'Ends a token, by whoever has it (RFC 7009).',
    }),
  }
}
