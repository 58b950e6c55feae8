// Makes a failing scenario small: leaves acts and faults out, one by one, as long as the same invariant still breaks.

import { Violation } from './judge/violation.ts'
import { play } from './play.ts'
import { type Scenario, without } from './scenario.ts'

export async function shrink(scenario: Scenario, left: ReadonlySet<number>): Promise<Set<number>> {
  const broken = invariantOf(await play(without(scenario, left)))
  const out = new Set(left)
  const count = scenario.acts.length + scenario.faults.length
  for (let changed = true; changed; ) {
    changed = false
    for (let part = 0; part < count; part++) {
      if (out.has(part)) continue
      const outcome = await play(without(scenario, new Set([...out, part])))
      if (invariantOf(outcome) !== broken) continue
      out.add(part)
      changed = true
    }
  }
  return out
}

function invariantOf({ violation }: { violation: Error | undefined }): string | undefined {
  return violation instanceof Violation ? violation.invariant : violation?.message
}
