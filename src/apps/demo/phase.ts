// The phases that a command's JSON names, as the demo reads them back.

import { z } from 'zod'

export const phase = z.enum([
  'gated',
  'running',
  'baking',
  'waiting',
  'halting',
  'halted',
  'succeeded',
  'failed',
  'aborted',
  'superseded',
])

export type Phase = z.infer<typeof phase>

export const ENDED_OR_HALTED: readonly Phase[] = ['halted', 'succeeded', 'failed', 'aborted']
