// Counts what a store is told: commits, the phases that rollouts come to, the outcomes of hosts. It changes nothing on the way,
// and asks the store for nothing.

import { Counter, Histogram, type Registry } from 'prom-client'
import type { RolloutKind } from '../../../core/plan.ts'
import { type HostPhase, hasEnded, type RolloutPhase } from '../../../core/rollout.ts'
import type { Commit, Store } from '../../../engine/ports.ts'
import type { PlaceLabels } from './bound-labels.ts'

const OUTCOMES: readonly HostPhase[] = ['succeeded', 'failed', 'unreachable', 'unknown', 'skipped']
const COMMIT_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
const ROLLOUT_SECONDS = [5, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 14_400, 86_400]

type Known = PlaceLabels & { kind: RolloutKind; createdAt: number; phase: RolloutPhase }

export type MeasuredRollouts = { register: Registry; labels: (place: PlaceLabels) => PlaceLabels }

/** The same store, counted. */
export function createStoreMeter({ register, labels }: MeasuredRollouts): (store: Store) => Store {
  const meters = storeMeters(register)
  const rollouts = new Map<string, Known>()
  const learn = (id: string, of: Omit<Known, keyof PlaceLabels> & PlaceLabels) =>
    rollouts.set(id, { ...labels(of), kind: of.kind, createdAt: of.createdAt, phase: of.phase })
  const count = (commit: Commit) => {
    const known = rollouts.get(commit.rollout)
    if (!known) return
    countHosts(meters, known, commit)
    countPhase(meters, known, commit)
    if (hasEnded(commit.cursor.phase)) rollouts.delete(commit.rollout)
  }
  return (store) => ({
    ...store,
    async create(rollout, trail) {
      const created = await store.create(rollout, trail)
      const { application, environment, kind } = rollout
      if (created.kind === 'created')
        meters.phases.inc({ ...labels({ application, environment }), kind, phase: 'created' })
      return created
    },
    async supersede(id, at) {
      await store.supersede(id, at)
      const known = rollouts.get(id)
      if (!known) return
      rollouts.delete(id)
      const { application, environment, kind } = known
      meters.phases.inc({ application, environment, kind, phase: 'superseded' })
    },
    async takeOver(id) {
      const taken = await store.takeOver(id)
      if (taken) learn(id, { ...taken.record, phase: taken.record.cursor.phase })
      return taken
    },
    async commit(commit) {
      const end = meters.commits.startTimer()
      try {
        const outcome = await store.commit(commit)
        end({ outcome })
        if (outcome === 'committed') count(commit)
        else rollouts.delete(commit.rollout)
        return outcome
      } catch (error) {
        end({ outcome: 'error' })
        throw error
      }
    },
  })
}

const PLACE = ['application', 'environment', 'kind'] as const

function storeMeters(register: Registry) {
  const registers = [register]
  return {
    phases: new Counter({
      name: 'houston_rollout_phases_total',
      help: 'Rollouts that this process brought to a phase; succeeded, failed, aborted and halted are outcomes.',
      labelNames: [...PLACE, 'phase'],
      registers,
    }),
    hosts: new Counter({
      name: 'houston_hosts_total',
      help: 'Hosts by what came of them, as this process recorded it.',
      labelNames: [...PLACE, 'outcome'],
      registers,
    }),
    durations: new Histogram({
      name: 'houston_rollout_duration_seconds',
      help: 'From the request to the end of a rollout, bakes and waits included.',
      labelNames: ['kind', 'outcome'],
      buckets: ROLLOUT_SECONDS,
      registers,
    }),
    commits: new Histogram({
      name: 'houston_commit_duration_seconds',
      help: 'One batch of events written to the store.',
      labelNames: ['outcome'],
      buckets: COMMIT_SECONDS,
      registers,
    }),
  }
}

type Meters = ReturnType<typeof storeMeters>

function countHosts({ hosts }: Meters, { application, environment, kind }: Known, commit: Commit): void {
  for (const { state } of commit.hosts)
    if (OUTCOMES.includes(state.phase)) hosts.inc({ application, environment, kind, outcome: state.phase })
}

function countPhase({ phases, durations }: Meters, known: Known, { cursor, finishedAt }: Commit): void {
  const { application, environment, kind, createdAt } = known
  const { phase } = cursor
  if (phase === known.phase) return
  known.phase = phase
  phases.inc({ application, environment, kind, phase })
  if (finishedAt !== undefined) durations.observe({ kind, outcome: phase }, Math.max(0, finishedAt - createdAt) / 1_000)
}
