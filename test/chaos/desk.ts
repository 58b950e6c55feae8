// Where people of a chaos run ask Houston for things: its engine on the shared store, which drives nothing here. A request
// that a fault cut off is made again, as a person would, until it is answered.

import { setTimeout as delay } from 'node:timers/promises'
import { openStore } from '../../src/adapters/postgres/open-store.ts'
import { createSshRemote } from '../../src/adapters/ssh/remote.ts'
import { systemClock } from '../../src/apps/cli/system-clock.ts'
import { systemIds } from '../../src/apps/cli/system-ids.ts'
import type { Answer, Ask, Refusal } from '../../src/core/intent.ts'
import { type RolloutReport, reportRollout } from '../../src/core/report.ts'
import { Engine } from '../../src/engine/engine.ts'
import type { DeployRequest } from '../../src/engine/plan-deploy.ts'
import type { RolloutSummary } from '../../src/engine/ports.ts'
import { APPLICATION, PERSON } from './environment.ts'

export type Desk = {
  /** The rollout that was started; a refusal that stands. */
  deploy(request: DeployRequest): Promise<string | Refusal>
  rollback(environment: string): Promise<string | Refusal>
  /** `sending` is called each time that it is asked: it may be obeyed each time. */
  ask(rollout: string, kind: Exclude<Ask['kind'], 'skip'>, sending?: () => void): Promise<Answer>
  status(rollout: string): Promise<RolloutReport | undefined>
  rollouts(environment: string): Promise<RolloutSummary[]>
  /** Requests that were made again because no answer came. */
  repeated(): number
  close(): Promise<void>
}

const AGAIN_MS = 300
const PATIENCE_MS = 90_000

/** Once `signal` aborts nothing is asked again. */
export async function openDesk(databaseUrl: string, signal: AbortSignal): Promise<Desk> {
  // Faults of idle connections are what this run is about.
  const { store, jobs, close } = await openStore({ databaseUrl, report: () => {} })
  const remote = createSshRemote({ knownHosts: [], identities: {} })
  const parts = { store, remote, clock: systemClock, ids: systemIds, failed: () => {} }
  const engine = new Engine({ ...parts, jobs: jobs.rollouts, runners: true })
  const patience: Patience = { repeated: 0, signal }
  const insist = <Value>(request: () => Promise<Value | undefined>) => patiently(request, patience)
  return {
    deploy: (request) => insist(async () => startedBy(await engine.deploy(request))),
    rollback: (environment) =>
      insist(async () => startedBy(await engine.rollback({ application: APPLICATION, environment, by: PERSON }))),
    ask: (rollout, kind, sending) =>
      insist(async () => {
        sending?.()
        return answered(await engine.ask(rollout, PERSON, { kind }))
      }),
    status: async (rollout) =>
      (
        await insist(async () => {
          const record = await store.rollout(rollout)
          return { report: record && reportRollout({ ...record, hosts: await store.hosts(rollout) }) }
        })
      ).report,
    rollouts: (environment) => insist(() => store.rollouts({ application: APPLICATION, environment, limit: 1_000 })),
    repeated: () => patience.repeated,
    close: () => remote.close().then(close),
  }
}

/** A rollout that is in the way is this person's own: the request that made it was cut off before its answer. */
function startedBy(outcome: Awaited<ReturnType<Engine['deploy']>>): string | Refusal {
  if (outcome.kind === 'started') return outcome.rollout
  return outcome.reason === 'rollout-running' ? String(outcome.detail.rollout) : outcome
}

/** Nobody answered in time: the letter lies in the mailbox, and the next one is answered after it. */
function answered(answer: Answer): Answer | undefined {
  return answer.kind === 'refused' && answer.reason === 'no-answer' ? undefined : answer
}

type Patience = { repeated: number; signal: AbortSignal }

/** Throws what the last try threw. */
async function patiently<Value>(request: () => Promise<Value | undefined>, patience: Patience): Promise<Value> {
  const until = performance.now() + PATIENCE_MS
  const over = () => patience.signal.aborted || performance.now() > until
  for (;;) {
    const given = await request().catch((error: unknown) => {
      if (over()) throw error
      return undefined
    })
    if (given !== undefined) return given
    if (over()) throw new Error(`no answer in ${PATIENCE_MS} ms`)
    patience.repeated += 1
    await delay(AGAIN_MS)
  }
}
