// The port `Rounds` in memory. Its clock is the test's.

import type { Rounds } from '../../src/engine/ports-rounds.ts'

export function memoryRounds(clock: () => number): Rounds {
  const rounds = new Map<string, { since: number; dueAt: number }>()
  return {
    async begin(name, everyMs) {
      const now = clock()
      const round = rounds.get(name) ?? { since: now, dueAt: now }
      if (round.dueAt > now) return undefined
      rounds.set(name, { ...round, dueAt: now + everyMs })
      return { since: round.since, now }
    },
    async finish(name, until) {
      const round = rounds.get(name)
      if (round) round.since = Math.max(round.since, until)
    },
  }
}
