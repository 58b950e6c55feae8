// Finds the environment that a person means: its name, or any beginning of it that fits only one.

import { suggest } from '../core/suggest.ts'
import type { Config, Environment } from './config.ts'

export type EnvironmentAnswer =
  | { kind: 'ok'; environment: Environment }
  | {
      kind: 'refused'
      /** `no-environment`: none was named. `ambiguous-environment`: `matches` has those that fit. */
      reason: 'no-environment' | 'unknown-environment' | 'ambiguous-environment'
      given: string
      matches: readonly string[]
      /** All there are, in the order of the file. */
      environments: readonly string[]
      suggestion?: string
    }

/** Case counts, and a full name wins over the longer names that begin with it. */
export function resolveEnvironment(config: Config, given: string): EnvironmentAnswer {
  const environments = config.environments.map(({ name }) => name)
  const refused = { kind: 'refused', given, matches: [], environments } as const
  if (given === '') return { ...refused, reason: 'no-environment' }
  const exact = config.environments.find(({ name }) => name === given)
  const [first, ...others] = exact ? [exact] : config.environments.filter(({ name }) => name.startsWith(given))
  if (first === undefined) {
    const suggestion = suggest(given, environments)
    return { ...refused, reason: 'unknown-environment', ...(suggestion !== undefined && { suggestion }) }
  }
  if (others.length === 0) return { kind: 'ok', environment: first }
  return { ...refused, reason: 'ambiguous-environment', matches: [first, ...others].map(({ name }) => name) }
}
