// Random fleets, strategies, hosts, people and crashes against every invariant, after every event. A failure prints the seed
// and the smallest world that shows it; HOUSTON_TEST_RUNS makes it look longer, HOUSTON_TEST_SEED
// again from the same seed.

import fc from 'fast-check'
import { describe, it } from 'vitest'
import { makePlan, type PlanInput } from '../../src/core/make-plan.ts'
import type { Plan } from '../../src/core/plan.ts'
import { openRollout } from '../../src/core/rollout-state.ts'
import { sha256 } from '../support/plan-of.ts'
import { planInput, tape } from '../support/rollout-arbitrary.ts'
import { judge, openBooks } from '../support/rollout-judge.ts'
import { planInWords } from '../support/rollout-words.ts'
import { type Choose, live, openWorld, settle, takeOver, tell, type World } from '../support/rollout-world.ts'

const numRuns = Number(process.env.HOUSTON_TEST_RUNS ?? 400)
const seed = process.env.HOUSTON_TEST_SEED
const again = seed === undefined ? {} : { seed: Number(seed) }

function planFrom(input: PlanInput): Plan {
  const plan = makePlan(input, sha256)
  fc.pre(plan.kind !== 'refused')
  return plan
}

function worldOf(plan: Plan): World {
  const books = openBooks()
  const world = openWorld(plan, (at, turn) => judge(books, at, turn))
  tell(world, { kind: 'gates-opened', at: world.now })
  return world
}

/** Runs it, and tells the story with the fault. */
function told(world: World, play: () => void): void {
  try {
    play()
  } catch (error) {
    const names = world.plan.hosts.map(({ host }) => host.name).join(' ')
    throw new Error([String(error), planInWords(world.plan), names, ...world.story].join('\n  '))
  }
}

/** Reads choices from a tape, and says when it has ended. */
function reader(numbers: readonly number[]): { choose: Choose; ended: () => boolean } {
  let at = 0
  const choose: Choose = (from) => (from > 0 ? (numbers[at++] ?? 0) % from : 0)
  return { choose, ended: () => at >= numbers.length }
}

/** In bounded time, when everybody answers. */
function end(world: World): void {
  const limit = 20 * world.plan.hosts.length + 50
  const events = settle(world, limit)
  if (events >= limit) throw new Error(`12: still ${world.state.cursor.phase} after ${events} events`)
}

/** What a process that reads the stored state counts is what the one that died had counted. */
function countAgain({ plan, state }: World): void {
  const copy = structuredClone({ cursor: state.cursor, hosts: state.hosts })
  const again = openRollout(plan, copy.cursor, copy.hosts)
  if (JSON.stringify(again.tally) !== JSON.stringify(state.tally)) throw new Error('the counters differ after a crash')
}

describe('a rollout in a random world', () => {
  it('keeps every invariant after every event, and ends when hosts and people answer', { timeout: 600_000 }, () => {
    fc.assert(
      fc.property(planInput, tape, (input, numbers) => {
        const world = worldOf(planFrom(input))
        const { choose, ended } = reader(numbers)
        told(world, () => {
          while (!ended()) live(world, choose)
          end(world)
        })
      }),
      { numRuns, ...again },
    )
  })

  it('goes on the same after a crash: equal counters, and the same hosts to claim', { timeout: 600_000 }, () => {
    fc.assert(
      fc.property(planInput, tape, (input, numbers) => {
        const world = worldOf(planFrom(input))
        const { choose, ended } = reader(numbers)
        told(world, () => {
          while (!ended()) {
            live(world, choose)
            countAgain(world)
            takeOver(world)
          }
          end(world)
        })
      }),
      { numRuns: Math.ceil(numRuns / 4), ...again },
    )
  })
})
