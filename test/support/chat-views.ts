// A rollout of a real size in each of its states, as projections see it: three zones of forty hosts, a canary, failures with
// causes and logs.

import type { ProjectionView } from '../../src/core/project-object.ts'
import type { HostState, RolloutCursor, RolloutPhase } from '../../src/core/rollout.ts'
import { fleetOf, planOf, workOf } from './plan-of.ts'

const COMMIT = 'c0ffee1234567890c0ffee1234567890c0ffee12'
const ZONES = { 'us-east-1a': 40, 'us-east-1b': 40, 'eu-west-1a': 40 }
/** Noon, UTC. */
const NOON = Date.UTC(2026, 10, 21, 12)
const MINUTE_MS = 60_000

const plan = planOf({
  fleet: fleetOf(ZONES),
  work: {
    ...{ ...workOf(COMMIT), application: 'storefront' },
    release: { ...workOf(COMMIT).release, commit: COMMIT, repository: 'acme/storefront' },
  },
  strategy: {
    ...{
      order: 'zone-by-zone',
      canary: { hosts: { kind: 'count', count: 1 }, after: { kind: 'bake', ms: 10 * MINUTE_MS } },
    },
    ...{ batch: [{ kind: 'percent', percent: 25 }], maxUnavailable: { kind: 'percent', percent: 25 } },
    maxFailures: { fleet: { kind: 'count', count: 3 }, zone: { kind: 'count', count: 2 } },
    betweenZones: { kind: 'wait' },
  },
})

const rule = { required: 2, from: [{ kind: 'team', organization: 'acme', slug: 'sre' }], notAuthor: true } as const
const approvedPlan = { ...plan, approvals: rule }
const ada = { via: 'github', id: '42', name: 'ada' } as const
const grace = { via: 'github', id: '43', name: 'grace' } as const

const done: HostState = {
  phase: 'succeeded',
  attempt: 1,
  begun: true,
  installed: COMMIT,
  startedAt: NOON,
  finishedAt: NOON + 45_000,
}
const queued: HostState = { phase: 'queued', attempt: 1 }
const running = (step: HostState['step']): HostState => ({
  phase: 'running',
  attempt: 1,
  begun: true,
  startedAt: NOON,
  ...(step && { step }),
})
const failed: HostState = { ...done, phase: 'failed', step: 'start', signature: 'start exited 127: node: not found' }
const unreachable: HostState = { phase: 'unreachable', attempt: 1, signature: 'no answer within 10s' }

/** The first hosts in the order of the plan's stages; the others are queued. */
function hostsOf(first: readonly HostState[], rest: HostState = queued): HostState[] {
  const states = plan.hosts.map((): HostState => rest)
  const order = plan.stages.flatMap(({ queues }) => queues.flatMap(({ hosts }) => hosts))
  first.forEach((state, index) => {
    states[order[index] ?? 0] = state
  })
  return states
}

const some = (count: number, state: HostState): HostState[] => Array.from({ length: count }, () => state)

type State = { stage: number; hosts: HostState[]; cursor?: Partial<RolloutCursor> }

const broken = [...some(12, done), failed, failed, failed, unreachable]
const halt = { kind: 'zone-budget', zone: 'us-east-1a', failed: 3, budget: 2, of: 40 } as const

const STATES: Readonly<Record<RolloutPhase, State>> = {
  unapproved: {
    stage: 0,
    hosts: hostsOf([]),
    cursor: { approvals: { required: 2, requester: ada, authors: [], given: [{ by: grace, at: NOON }] } },
  },
  gated: { stage: 0, hosts: hostsOf([]) },
  running: {
    stage: 1,
    hosts: hostsOf([
      ...some(14, done),
      failed,
      ...some(3, running('start')),
      running('validate'),
      ...some(2, running('fetch')),
    ]),
  },
  baking: { stage: 0, hosts: hostsOf([done]), cursor: { bakeUntil: NOON + 11 * MINUTE_MS } },
  waiting: { stage: 1, hosts: hostsOf([...some(39, done), unreachable]) },
  halting: {
    stage: 1,
    hosts: hostsOf([...broken, running('start'), running('start')]),
    cursor: { halt, haltingTo: 'halted' },
  },
  halted: { stage: 1, hosts: hostsOf(broken), cursor: { halt } },
  succeeded: { stage: 3, hosts: hostsOf([], done) },
  failed: { stage: 3, hosts: hostsOf([failed, failed], done) },
  aborted: { stage: 1, hosts: hostsOf(broken) },
  superseded: { stage: 1, hosts: hostsOf(some(20, done)) },
}

/** What a projection is given in this phase. */
export function chatView(phase: RolloutPhase, over: Partial<ProjectionView> = {}): ProjectionView {
  const { stage, hosts, cursor } = STATES[phase]
  const ended = ['succeeded', 'failed', 'aborted', 'superseded'].includes(phase)
  const bad = hosts.findIndex((host) => host.phase === 'failed')
  const text = 'starting storefront\n/srv/storefront/current/bin/start: line 7: node: not found'
  return {
    id: 'a6f1b0c2-7d3e-4a58-9c55-0e2d7b1f4c33',
    requestedBy: { via: 'github', id: '42', name: 'ada', door: 'slack' },
    reason: 'checkout fails for carts with a voucher',
    origin: {
      issues: [482],
      chat: { team: 'T1', channel: 'C1' },
      shown: { url: 'https://shop.acme.dev', hostsWithRuns: 25 },
    },
    createdAt: NOON,
    ...(ended && { finishedAt: NOON + 17 * MINUTE_MS }),
    plan: phase === 'unapproved' ? approvedPlan : plan,
    cursor: { phase, stage, forgiven: { fleet: 0, stage: 0, zones: plan.zones.map(() => 0) }, ...cursor },
    hosts,
    earlier: [],
    tails: bad < 0 ? [] : [{ host: plan.hosts[bad]?.host.name ?? '', text }],
    ...over,
  }
}

export const CHAT_PLACE = {
  channels: [{ team: 'T1', channel: 'C1' }],
  forge: 'https://github.com',
  page: 'https://houston.acme.dev/rollouts/a6f1b0c2-7d3e-4a58-9c55-0e2d7b1f4c33',
}
