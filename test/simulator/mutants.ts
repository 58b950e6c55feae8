// Engines that are broken on purpose, one line each: what the simulator must catch, or it proves nothing.

import type { Change } from './mutate.ts'

export type Mutant = Change & { name: string }

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'the fleet halts one failure late',
    file: 'src/core/halt-reason.ts',
    find: 'if (failed <= plan.fleet.maxFailures) return undefined',
    put: 'if (failed <= plan.fleet.maxFailures + 1) return undefined',
  },
]
