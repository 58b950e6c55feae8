// Every point at which a process can die while six hosts in two zones are deployed to, wait for two people and then are deployed to, or
// are deployed to, halt and are rolled back, also over a deploy that waits: before and after each call to the store, the queue and the hosts, of each process.

import type { Strategy } from '../../src/core/strategy.ts'
import { plain } from '../support/plan-of.ts'
import type { Rule } from './judge/approval-rules.ts'
import { type Outcome, play } from './play.ts'
import type { Act, Fault, Scenario } from './scenario.ts'

const ENVIRONMENT = 'production'
const REPLICAS = 2
/** Long enough for the whole story, with a death in it and the lease that must end after it. */
const HORIZON_MS = 30_000
const STORY_MS = 6_000

const strategy: Strategy = {
  ...plain,
  batch: [{ kind: 'count', count: 2 }],
  maxFailures: { fleet: { kind: 'count', count: 1 } },
  canary: { hosts: { kind: 'count', count: 1 }, after: { kind: 'bake', ms: 1_000 } },
}

const act = (wish: Act['wish'], when: Act['when']): Act => ({
  kind: 'act',
  environment: ENVIRONMENT,
  when,
  wish,
  twice: false,
})
const wish = { kind: 'deploy', release: 'r2', strategy, includeCurrent: false } as const
const deploy = act(wish, { kind: 'at', ms: 10 })
const rollback = act({ kind: 'rollback' }, { kind: 'rest', ms: 10 })
const fails = (host: string): Fault => ({ kind: 'host-fails', host, release: 'r2', times: 9 })

const ada = { human: 'ada', way: 'github' } as const
const rule: Rule = { required: 2, notAuthor: true, authors: { r2: ['bob'] } }
/** Said whenever it waits, so a yes that a death has swallowed is said again; only those of `eve` and `cyd` count. */
const yeses = ['ada', 'bob', 'eve', 'eve', 'cyd', 'eve', 'cyd'] as const
const approvals = yeses.map((human) =>
  act({ kind: 'approve', by: { human, way: 'github' } }, { kind: 'unapproved', ms: 20 }),
)
const wanted = act({ ...wish, by: ada }, deploy.when)
const newer = act({ ...wish, by: ada, release: 'r3' }, { kind: 'at', ms: 3_600 })
const back = act({ kind: 'rollback' }, { kind: 'at', ms: 3_700 })

export const STORIES = {
  deploy: storyOf([deploy], []),
  'deploy, halt, roll back': storyOf([deploy, rollback], [fails('pa2'), fails('pb2')]),
  'wait for two, deploy': storyOf([wanted, ...approvals], [], rule),
  'wait for two, deploy, wait again, roll back': storyOf([wanted, ...approvals, newer, back], [], rule),
} as const

function storyOf(acts: readonly Act[], faults: readonly Fault[], rule?: Rule): Scenario {
  const places = [{ environment: ENVIRONMENT, zones: { pa: 3, pb: 3 }, before: {}, ...(rule && { rule }) }]
  return { seed: 1, replicas: REPLICAS, places, acts, faults, horizonMs: HORIZON_MS }
}

export type Points = { points: number; broken: Outcome[] }

/** Kills each process at each of its effects, once before and once after it. */
export async function everyCrash(scenario: Scenario): Promise<Points> {
  const calm = await play({ ...scenario, horizonMs: STORY_MS })
  const outcomes: Outcome[] = [calm]
  for (const [replica, effects] of calm.effects.entries())
    for (let effect = 1; effect <= effects; effect++)
      for (const when of ['before', 'after'] as const) {
        const crash: Fault = { kind: 'crash', replica, effect, when, forMs: 12_000 }
        outcomes.push(await play({ ...scenario, faults: [...scenario.faults, crash] }))
      }
  return { points: outcomes.length - 1, broken: outcomes.filter(({ violation }) => violation !== undefined) }
}
