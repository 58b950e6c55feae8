// The whole of houston.yml. Keys whose feature does not exist yet are not here: see later.ts.

import { z } from 'zod'
import { environmentSchema } from './environment.ts'
import { named, optional, required } from './key.ts'
import { nameSchema, parseEnvironmentName } from './name.ts'
import { recipeSchema } from './recipe.ts'
import { releaseSchema } from './release.ts'
import { sshSchema } from './ssh.ts'

export const houstonFileSchema = z.strictObject({
  application: required(nameSchema, { description: 'Name of what is deployed.', example: 'storefront' }),
  release: required(releaseSchema, {
    description: 'What is rolled out, and where it lives on the hosts.',
    example: { from: 'path', path: './dist' },
  }),
  ssh: optional(sshSchema, {
    description: 'How hosts are reached, unless an environment or a zone says otherwise.',
    example: { user: 'deploy' },
  }),
  recipe: optional(recipeSchema, {
    description: 'The steps on one host.',
    example: { start: 'sudo systemctl restart storefront' },
  }),
  environments: required(named(environmentSchema, parseEnvironmentName), {
    description: 'The targets of this application.',
    example: { production: { zones: { 'us-east-1a': ['web[01-40].use1a.acme.dev'] } } },
  }),
})
