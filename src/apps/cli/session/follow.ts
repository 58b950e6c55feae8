// Follows an environment's latest rollout through the store: what it shows is always what was committed, whoever drives.

import { reportRollout } from '../../../core/report.ts'
import { type HostState, hasEnded, restsForPerson } from '../../../core/rollout.ts'
import type { RolloutRecord, RolloutSummary } from '../../../engine/ports.ts'
import type { House } from '../wiring.ts'
import { hostChanges } from './host-changes.ts'
import type { Look, Target } from './session.ts'

/** Looks this often at most; more seldom when a look takes long, so that it never costs a tenth of the time. */
const LOOK_MS = 200
const LOOK_COST = 10
/** Another process's commits make no noise here. */
const POLL_MS = 1_000
/** How long after its end a superseded rollout is expected to have a successor. */
const SUCCESSOR_MS = 5_000

type Seen = { record: RolloutRecord; hosts: readonly HostState[]; phase: RolloutSummary['cursor']['phase'] }

export async function* followTarget(house: House, target: Target, signal: AbortSignal): AsyncGenerator<Look> {
  const bell = openBell(house, signal)
  let seen: Seen | undefined
  try {
    for (;;) {
      const begun = house.clock.now()
      const { look, next } = await lookOnce(house, target, seen)
      if (look) yield look
      if (!next || signal.aborted || isAtRest(next, house.clock.now())) return
      seen = next
      const took = house.clock.now() - begun
      await bell.next(Math.max(LOOK_MS, took * LOOK_COST))
    }
  } finally {
    bell.close()
  }
}

/** A plan does not change: it is read once per rollout. */
async function lookOnce(
  { store }: House,
  target: Target,
  seen: Seen | undefined,
): Promise<{ look?: Look; next?: Seen }> {
  const [latest] = await store.rollouts({ ...target, limit: 1 })
  if (!latest) return {}
  const known = seen?.record.id === latest.id ? seen : undefined
  const base = known?.record ?? (await store.rollout(latest.id))
  if (!base) return {}
  const hosts = await store.hosts(latest.id)
  const record = { ...base, ...latest }
  const changes = hostChanges(record.plan, known?.hosts, hosts)
  const next = { record, hosts, phase: latest.cursor.phase }
  if (known && changes.length === 0 && JSON.stringify(known.record.cursor) === JSON.stringify(record.cursor))
    return { next }
  return { look: { report: reportRollout({ ...record, hosts }), changes }, next }
}

function isAtRest({ record, hosts, phase }: Seen, now: number): boolean {
  if (phase === 'superseded') return now - (record.finishedAt ?? 0) > SUCCESSOR_MS
  if (hasEnded(phase)) return true
  return restsForPerson(phase) && hosts.every((host) => host.phase !== 'running')
}

type Bell = { next(leastMs: number): Promise<void>; close(): void }

/** Rings when this process committed something, when the time is up, or when the watch is cancelled. */
function openBell({ engine, clock }: House, signal: AbortSignal): Bell {
  let wake = () => {}
  let rung = false
  const ring = () => {
    rung = true
    wake()
  }
  const unwatch = engine.watch(ring)
  signal.addEventListener('abort', ring, { once: true })
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = clock.after(ms, resolve)
      wake = () => {
        cancel()
        resolve()
      }
    })
  return {
    next: async (leastMs) => {
      await new Promise<void>((resolve) => clock.after(signal.aborted ? 0 : leastMs, resolve))
      if (!rung) await pause(POLL_MS)
      rung = false
    },
    close: () => {
      unwatch()
      signal.removeEventListener('abort', ring)
    },
  }
}
