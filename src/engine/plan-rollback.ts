// Plans a rollback from the record alone: no configuration, no GitHub, no Slack is asked.

import type { Fleet, HostKnowledge, LastKnown } from '../core/fleet.ts'
import { type Person, type Refusal, refused } from '../core/intent.ts'
import { makePlan } from '../core/make-plan.ts'
import type { Origin } from '../core/origin.ts'
import type { Plan } from '../core/plan.ts'
import { rollbackTarget } from '../core/rollback-target.ts'
import { type HostState, hasEnded } from '../core/rollout.ts'
import { begunRollouts } from './begun-rollouts.ts'
import { DRIVEN, type Ids, type RolloutRecord, type RolloutSummary, type Store } from './ports.ts'

export type RollbackRequest = {
  application: string
  environment: string
  /** The release to go back to; absent means the last one that was good here. */
  to?: string
  /** The rollout that is taken back; absent means whichever is the newest that has begun. */
  of?: string
  by: Person
  reason?: string
  /** What asks for it, unique: carried out again, it finds the rollout that it caused. */
  intent?: string
  /** Where it was asked for at a forge: it is told of there too. */
  origin?: Origin
}

type Deps = { store: Store; ids: Ids }

/** Rollouts looked at for releases that were rolled back from. */
const MEMORY = 100

/** `supersede` is called once the target is known and only when a rollout of the environment has not ended. */
export async function planRollback(
  deps: Deps,
  request: RollbackRequest,
  supersede: (rollout: string) => Promise<void>,
): Promise<Plan | Refusal> {
  const { application, environment } = request
  // What waits for approval is not what is wrong on the hosts, and is replaced by whatever begins.
  const rollouts = await begunRollouts(deps.store, { application, environment, most: MEMORY })
  const latest = rollouts[0] && (await deps.store.rollout(rollouts[0].id))
  if (!latest) return refused('no-rollout', { environment })
  if (request.of !== undefined && request.of !== latest.id)
    return refused('not-the-newest', { rollout: request.of, ask: 'rollback' })
  if (isGoingBack(latest, request.to)) return refused('rollout-running', { rollout: latest.id, back: latest.releaseId })
  const before = await touchedHosts(deps, latest, rollouts)
  const target = request.to ?? (await findTarget(deps, latest, { rollouts, touched: before }))
  if (target === undefined) return refused('no-good-release', { environment, release: latest.releaseId })
  const work = await deps.store.workOf(application, environment, target)
  if (!work) return refused('unknown-release', { environment, release: target })
  if (!hasEnded(latest.cursor.phase)) await supersede(latest.id)
  const touched = request.to === undefined ? await touchedHosts(deps, latest, rollouts) : undefined
  const lastKnown = await knowledge(deps, latest)
  return makePlan(
    {
      kind: 'rollback',
      work,
      fleet: fleetOf(latest.plan),
      strategy: latest.plan.strategy,
      lastKnown,
      includeCurrent: false,
      ...(touched && { touched }),
    },
    (text) => deps.ids.digest(text),
  )
}

/** Asked for twice in a hurry, a rollback must not go back twice, from the release that is just being brought back, nor begin anew. */
function isGoingBack({ kind, cursor, releaseId }: RolloutRecord, to = releaseId): boolean {
  return kind === 'rollback' && DRIVEN.includes(cursor.phase) && to === releaseId
}

/** Hosts on which a rollout of the bad release was the last to do anything, and those that the latest one has begun. */
async function touchedHosts(
  { store }: Deps,
  latest: RolloutRecord,
  rollouts: readonly RolloutSummary[],
): Promise<Set<string>> {
  const bad = new Set(rollouts.filter((each) => each.releaseId === latest.releaseId).map((each) => each.id))
  const touched = new Set<string>()
  for (const record of await store.records(latest.application, latest.environment))
    if (bad.has(record.rollout)) touched.add(record.name)
  const states = await store.hosts(latest.id)
  latest.plan.hosts.forEach(({ host }, index) => {
    const phase = states[index]?.phase
    if (phase === 'skipped') touched.delete(host.name)
    else if (phase !== undefined && phase !== 'queued') touched.add(host.name)
  })
  return touched
}

async function findTarget(
  { store }: Deps,
  latest: RolloutRecord,
  { rollouts, touched }: { rollouts: readonly RolloutSummary[]; touched: ReadonlySet<string> },
): Promise<string | undefined> {
  const past = rollouts.map(({ id, kind, releaseId, cursor }) => ({ id, kind, releaseId, phase: cursor.phase }))
  const releases = await store.releases(latest.application, latest.environment)
  return rollbackTarget({ bad: latest.releaseId, rollouts: past, releases, touched })
}

/** The record, corrected by the latest rollout: what it has in flight is unknown, whatever the record says. */
async function knowledge({ store }: Deps, latest: RolloutRecord): Promise<LastKnown> {
  const known = new Map<string, HostKnowledge>(await store.lastKnown(latest.application, latest.environment))
  const states = await store.hosts(latest.id)
  latest.plan.hosts.forEach(({ host }, index) => {
    const health = healthIn(states[index])
    if (health) known.set(host.name, { ...known.get(host.name), health })
  })
  return known
}

function healthIn(state: HostState | undefined): HostKnowledge['health'] | undefined {
  if (state?.phase === 'running' || state?.phase === 'unknown') return 'unknown'
  return state?.phase === 'failed' || state?.phase === 'unreachable' ? state.phase : undefined
}

/** The whole fleet as it was when the plan was made. */
function fleetOf(plan: Plan): Fleet {
  const zones = plan.zones.map(({ name }) => ({ name, hosts: [] as Fleet['zones'][number]['hosts'][number][] }))
  for (const { host, zone } of [...plan.hosts, ...plan.left]) zones[zone]?.hosts.push(host)
  return { zones }
}
