// An environment: its zones, and what differs there from the rest of the file.

import { z } from 'zod'
import { named, optional, required } from './key.ts'
import { parseName } from './name.ts'
import { recipeSchema } from './recipe.ts'
import { variablesSchema } from './release.ts'
import { rolloutSchema } from './rollout.ts'
import { sshSchema } from './ssh.ts'
import { zoneSchema } from './zone.ts'

export const environmentSchema = z
  .strictObject({
    deploy: optional(z.enum(['manual', 'on-merge', 'on-green']), {
      description:
        'What starts a deploy: a person, a merge to the default branch, or green checks after it. Only manual has an effect yet.',
      example: 'manual',
      fallback: 'manual',
    }),
    zones: required(named(zoneSchema, parseName), {
      description: 'The machines by failure domain. The order counts for order: zone-by-zone.',
      example: { 'us-east-1a': ['web[01-40].use1a.acme.dev'] },
    }),
    ssh: optional(sshSchema, {
      description: 'How the hosts of this environment are reached.',
      example: { user: 'deploy', identity: 'prod' },
    }),
    rollout: optional(rolloutSchema, {
      description: 'How a rollout goes over these hosts.',
      example: { batch: '25%', max_failures: 2 },
    }),
    recipe: optional(recipeSchema, {
      description: 'Keys of the recipe that differ here.',
      example: { drain: './ops/lb out --slow' },
    }),
    variables: optional(variablesSchema, {
      description: 'Variables that differ here, or exist only here.',
      example: { LOG_LEVEL: 'debug' },
    }),
  })
  .meta({
    description: 'An environment: staging, production.',
    example: { zones: { 'eu-1a': ['web[01-04].staging.acme.dev'] } },
  })
