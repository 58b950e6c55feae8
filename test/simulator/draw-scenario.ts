// Draws a whole scenario from a seed: which fleets, who asks for what, and which faults. Runs nothing.

import type { Health } from '../../src/core/fleet.ts'
import { type Dice, diceFrom } from './dice.ts'
import { drawApprovals, drawRule } from './draw-approvals.ts'
import { drawFaults } from './draw-faults.ts'
import { drawStrategy } from './draw-strategy.ts'
import { type Act, HORIZON_MS, type Place, type Scenario, type Wish } from './scenario.ts'

export function drawScenario(seed: number): Scenario {
  const dice = diceFrom(seed, 'scenario')
  const names = dice.chance(0.3) ? ['production', 'staging'] : ['production']
  const places = names.map((environment) => drawPlace(seed, environment))
  const replicas = dice.between(1, 3)
  const acts = places.flatMap((place) => drawApprovals(seed, place, drawActs(seed, place)))
  return { seed, replicas, places, acts, faults: drawFaults(seed, replicas, places), horizonMs: HORIZON_MS }
}

function drawPlace(seed: number, environment: string): Place {
  const dice = diceFrom(seed, environment)
  const zones: Record<string, number> = {}
  const before: Record<string, Health> = {}
  const downs = dice.pick([0, 0, 0.1, 0.3])
  for (let zone = 0; zone <= dice.below(4); zone++) {
    const name = `${environment.slice(0, 1)}${'abcd'[zone]}`
    zones[name] = dice.chance(0.15) ? dice.between(5, 8) : dice.between(1, 5)
    for (let host = 1; host <= 8; host++)
      before[`${name}${host}`] = dice.chance(downs) ? dice.pick(['failed', 'unreachable', 'unknown']) : 'healthy'
  }
  return { environment, zones, before, ...drawRule(seed, environment) }
}

/** The dice are those of a place that asks for nothing: a rule changes nothing else. */
function drawActs(seed: number, { environment }: Place): Act[] {
  const dice = diceFrom(seed, environment, 'acts')
  const deploy = (release: string): Wish => {
    return { kind: 'deploy', release, strategy: drawStrategy(dice), includeCurrent: dice.chance(0.1) }
  }
  const first: Act = {
    kind: 'act',
    environment,
    when: { kind: 'at', ms: 10 },
    wish: deploy('r2'),
    twice: dice.chance(0.1),
  }
  let ms = 10
  const others = Array.from({ length: dice.below(7) }, (): Act => {
    // People who talk to each other, or across each other, act within moments.
    ms = dice.chance(0.35) ? ms + dice.below(60) : dice.between(20, HORIZON_MS / dice.pick([1, 4, 10]))
    const wish = dice.chance(0.3) ? deploy(dice.pick(['r3', 'r3', 'r2', 'r1'])) : drawWish(dice)
    return { kind: 'act', environment, when: { kind: 'at', ms }, wish, twice: dice.chance(0.15) }
  })
  const reactions = Array.from({ length: dice.below(9) }, (): Act => {
    const kind = dice.pick(['rest', 'rest', 'rest', 'bake', 'run', 'run'])
    const when = { kind, ms: dice.between(0, dice.pick([20, 500, 3_000])) } as const
    const wish = dice.chance(0.1) ? deploy('r3') : REACTIONS[kind](dice)
    return { kind: 'act', environment, when, wish, twice: dice.chance(0.25) }
  })
  return [first, ...others, ...reactions]
}

function drawWish(dice: Dice): Wish {
  const kind = dice.pick(['halt', 'halt', 'rollback', 'abort', 'skip', 'continue', 'resume', 'retry'])
  if (kind === 'skip') return { kind, host: dice.below(12) }
  if (kind === 'rollback' && dice.chance(0.3)) return { kind, to: dice.pick(['r1', 'r2']) }
  return { kind }
}

/** What people say to a rollout that they see like this. */
const REACTIONS: Readonly<Record<'rest' | 'bake' | 'run', (dice: Dice) => Wish>> = {
  rest: (dice) => ({
    kind: dice.pick(['resume', 'resume', 'resume', 'retry', 'retry', 'continue', 'continue', 'skip', 'rollback']),
  }),
  bake: (dice) => ({ kind: dice.pick(['halt', 'halt', 'resume', 'resume', 'continue', 'rollback']) }),
  run: (dice) => ({ kind: dice.pick(['halt', 'halt', 'halt', 'skip', 'rollback', 'resume', 'abort']) }),
}
