// The acts that only stop or take back what runs: they are eased while GitHub is away or the configuration cannot be used, because
// somebody's site may be down.

import type { Act } from '../../engine/ports-desk.ts'

const STOPS: ReadonlySet<string> = new Set<Act['verb']>(['halt', 'abort', 'rollback'])

export function onlyStops(verb: string): boolean {
  return STOPS.has(verb)
}
