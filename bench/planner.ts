// The planner and the state machine at 10,000 and 100,000 hosts: time of a plan, transitions per second, memory.

import { createHash } from 'node:crypto'
import { parseArgs } from 'node:util'
import type { HostKnowledge } from '../src/core/fleet.ts'
import { makePlan, type PlanInput } from '../src/core/make-plan.ts'
import type { Plan } from '../src/core/plan.ts'
import type { RolloutEvent } from '../src/core/rollout.ts'
import { newRollout, type RolloutState } from '../src/core/rollout-state.ts'
import { transition } from '../src/core/transition.ts'
import { machine, median, print } from './print.ts'

const ROUNDS = 5

export async function benchPlanner(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...argv], options: { hosts: { type: 'string', default: '10000,100000' } } })
  print({ bench: 'planner', kind: 'settings', rounds: ROUNDS, ...machine() })
  for (const hosts of values.hosts.split(',').map(Number)) {
    const input = inputOf(hosts)
    const plans = Array.from({ length: ROUNDS }, () => timed(() => planOf(input)))
    const runs = plans.map(({ value }) => rollOut(value))
    const transitions = runs[0]?.transitions ?? 0
    print({
      bench: 'planner',
      kind: 'result',
      hosts,
      planMs: median(plans.map(({ ms }) => ms)),
      // The first one is what a process that makes one plan pays.
      firstPlanMs: plans[0]?.ms,
      transitions,
      transitionsPerSecond: transitions / (median(runs.map(({ ms }) => ms)) / 1_000),
      peakMb: process.resourceUsage().maxRSS / 1_000,
    })
  }
}

/** Three zones, a canary, a rolling window; one host in a hundred is known to be failed, one in ten runs the release. */
function inputOf(count: number): PlanInput {
  const zones = ['a', 'b', 'c'].map((name, zone) => {
    const size = Math.floor(count / 3) + (zone < count % 3 ? 1 : 0)
    return { name, hosts: Array.from({ length: size }, (_, index) => host(name, index)) }
  })
  const known = (index: number): HostKnowledge => ({
    health: index % 100 === 0 ? 'failed' : 'healthy',
    release: index % 10 === 0 ? 'r2' : 'r1',
  })
  return {
    kind: 'deploy',
    work: {
      application: 'shop',
      environment: 'production',
      release: { id: 'r2', artefact: { kind: 'none' }, variables: {} },
      recipe: { scripts: { start: 'true' }, timeoutMs: 60_000 },
      directory: '/srv/shop',
      keep: 5,
    },
    fleet: { zones },
    strategy: {
      order: 'striped',
      canary: { hosts: { kind: 'count', count: 3 }, after: { kind: 'continue' } },
      batch: [{ kind: 'percent', percent: 10 }],
      barrier: false,
      maxUnavailable: { kind: 'percent', percent: 25 },
      maxFailures: { fleet: { kind: 'percent', percent: 1 } },
      betweenZones: { kind: 'continue' },
    },
    lastKnown: new Map(zones.flatMap((zone) => zone.hosts.map((one, index) => [one.name, known(index)] as const))),
    includeCurrent: false,
  }
}

function host(zone: string, index: number) {
  const name = `web${index + 1}.${zone}.example.net`
  return { name, address: name, port: 22, user: 'deploy', identity: 'default', jumps: [] }
}

function planOf(input: PlanInput): Plan {
  const plan = makePlan(input, (text) => createHash('sha256').update(text).digest('hex'))
  if (plan.kind === 'refused') throw new Error(`refused: ${plan.reason}`)
  return plan
}

/** Every host that is started says two steps and succeeds, in the order in which they were started. */
function rollOut(plan: Plan): { ms: number; transitions: number } {
  let transitions = 0
  const { ms, value } = timed(() => {
    let state = newRollout(plan)
    const queue: RolloutEvent[] = [{ kind: 'gates-opened', at: 0 }]
    for (let at = 0; at < queue.length; at += 1) {
      const event = queue[at]
      if (!event) break
      const next = transition(state, event)
      transitions += 1
      state = next.state
      state.dirty.clear()
      for (const effect of next.effects) {
        if (effect.kind !== 'run-host') continue
        const { host, attempt } = effect
        queue.push({ kind: 'host-step', step: 'switch', host, attempt, at })
        queue.push({ kind: 'host-step', step: 'start', host, attempt, at })
        queue.push({ kind: 'host-succeeded', installed: plan.work.release.id, host, attempt, at })
      }
    }
    return state
  })
  mustHaveSucceeded(value)
  return { ms, transitions }
}

function mustHaveSucceeded(state: RolloutState): void {
  const done = state.hosts.filter((one) => one.phase === 'succeeded').length
  if (state.cursor.phase !== 'succeeded' || done !== state.plan.hosts.length)
    throw new Error(`the rollout ended ${state.cursor.phase} with ${done} of ${state.plan.hosts.length} hosts`)
}

function timed<Value>(work: () => Value): { ms: number; value: Value } {
  const startedAt = performance.now()
  const value = work()
  return { ms: performance.now() - startedAt, value }
}
