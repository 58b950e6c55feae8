// Finds the environment that a person means, by its name or any beginning of it that fits only one. Never guesses.

import type { Target } from './command.ts'
import { suggest } from './suggest.ts'

export type FoundTarget =
  | { kind: 'found'; target: Target }
  | { kind: 'unknown'; near?: string }
  | { kind: 'ambiguous'; fits: readonly Target[] }

/** `home`: the application that wins when several have such an environment: the one of the repository or channel. */
export function findTarget(
  targets: readonly Target[],
  wanted: { environment: string; application?: string | undefined },
  home?: string,
): FoundTarget {
  const { environment: given, application } = wanted
  const mine = targets.filter((target) => application === undefined || target.application === application)
  const exact = mine.filter(({ environment }) => environment === given)
  const begun = exact.length > 0 || given === '' ? exact : mine.filter((each) => each.environment.startsWith(given))
  const atHome = begun.filter((target) => target.application === home)
  const fits = atHome.length > 0 ? atHome : begun
  const [first, ...others] = fits
  if (first !== undefined) return others.length > 0 ? { kind: 'ambiguous', fits } : { kind: 'found', target: first }
  const near = suggest(given, [...new Set(mine.map(({ environment }) => environment))])
  return { kind: 'unknown', ...(near !== undefined && { near }) }
}
