// How everything that did not happen is answered (RFC 9457).

import { z } from 'zod'
import { named } from './registry.ts'

/** Every status that a problem has. */
const status = z.literal([400, 401, 403, 404, 405, 408, 409, 413, 415, 421, 429, 500, 503])

export const problem = named(
  'Problem',
  z.object({
    type: z.string(),
    title: z.string().meta({ description: 'What did not happen.' }),
    status,
    detail: z.string().exactOptional().meta({ description: 'Why.' }),
    reason: z.string().meta({ description: 'Stable: for programs.' }),
    next: z.string().exactOptional().meta({ description: 'What to do next.' }),
    facts: z
      .record(z.string(), z.union([z.string(), z.number()]))
      .exactOptional()
      .meta({ description: 'What the words are about: a phase, a host, a rollout.' }),
    faults: z
      .array(z.object({ at: z.string(), message: z.string() }))
      .exactOptional()
      .meta({ description: 'What is wrong with the request, and where in it.' }),
  }),
)

export type ProblemBody = z.infer<typeof problem>
