// Draws a strategy of any kind: small amounts, so that every corner is met often.

import type { After, Amount, FailureBudgets, Strategy } from '../../src/core/strategy.ts'
import type { Dice } from './dice.ts'

export function drawStrategy(dice: Dice): Strategy {
  return {
    order: dice.pick(['striped', 'zone-by-zone']),
    ...(dice.chance(0.4) && { canary: { hosts: drawAmount(dice), after: drawAfter(dice) } }),
    batch: Array.from({ length: dice.pick([1, 1, 2, 3]) }, () => drawBatch(dice)),
    barrier: dice.chance(0.35),
    maxUnavailable: dice.chance(0.5) ? { kind: 'percent', percent: 100 } : drawAmount(dice),
    ...(dice.chance(0.2) && { minHealthy: { kind: 'percent', percent: dice.pick([10, 34, 50, 75]) } }),
    maxFailures: drawBudgets(dice),
    betweenZones: drawAfter(dice),
    ...(dice.chance(0.3) && { afterFirstZone: drawAfter(dice) }),
  }
}

function drawBudgets(dice: Dice): FailureBudgets {
  const budgets: FailureBudgets = {}
  if (dice.chance(0.6)) budgets.fleet = drawAmount(dice)
  if (dice.chance(0.4)) budgets.zone = drawAmount(dice)
  if (dice.chance(0.4)) budgets.stage = drawAmount(dice)
  return budgets
}

function drawAmount(dice: Dice): Amount {
  if (dice.chance(0.6)) return { kind: 'count', count: dice.below(4) }
  return { kind: 'percent', percent: dice.pick([0, 10, 25, 34, 50, 100]) }
}

function drawBatch(dice: Dice): Amount {
  if (dice.chance(0.5)) return { kind: 'count', count: dice.between(1, 6) }
  return { kind: 'percent', percent: dice.pick([10, 25, 34, 50, 100]) }
}

function drawAfter(dice: Dice): After {
  const ms = dice.between(1, 8) * 1_000
  return dice.pick<After>([{ kind: 'continue' }, { kind: 'bake', ms }, { kind: 'wait' }])
}
