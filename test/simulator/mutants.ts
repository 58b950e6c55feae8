// Engines that are broken on purpose, one change each: what the simulator must catch, or it proves nothing.

import { APPROVAL_MUTANTS } from './approval-mutants.ts'
import { CORE_MUTANTS } from './core-mutants.ts'
import { ENGINE_MUTANTS } from './engine-mutants.ts'
import type { Change } from './mutate.ts'

/** `seed`: one that caught it, tried before all others. */
export type Mutant = Change & { name: string; seed: number }

export const MUTANTS: readonly Mutant[] = [...CORE_MUTANTS, ...ENGINE_MUTANTS, ...APPROVAL_MUTANTS]
