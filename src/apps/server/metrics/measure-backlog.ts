// Shows what waits in the store. It is looked at when somebody scrapes, at most every few seconds and never for longer than one; a
// store that does not answer is itself a measure.

import { Gauge, type Registry } from 'prom-client'
import type { Backlog, BacklogReading, Waiting } from '../../../engine/ports-backlog.ts'
import type { PlaceLabels } from './bound-labels.ts'

const FRESH_MS = 5_000
const LOOK_WITHIN_MS = 1_000

export type BacklogMeter = {
  register: Registry
  labels: (place: PlaceLabels) => PlaceLabels
  /** `undefined` while there is no store. */
  backlog: () => Backlog | undefined
  now?: () => number
}

/** `look` brings the gauges up to date. */
export function createBacklogMeter({ register, labels, backlog, now = () => performance.now() }: BacklogMeter): {
  look(): Promise<void>
} {
  const gauges = backlogGauges(register)
  let lookedAt = Number.NEGATIVE_INFINITY
  let looking: Promise<void> | undefined
  const look = async () => {
    const reading = await backlog()
      ?.read()
      .catch(() => undefined)
    lookedAt = now()
    gauges.answers.set(reading ? 1 : 0)
    show(gauges, reading ?? NOTHING, labels)
  }
  return {
    async look() {
      if (now() - lookedAt < FRESH_MS) return
      looking ??= look().finally(() => {
        looking = undefined
      })
      const late = await within(LOOK_WITHIN_MS, looking)
      if (late) gauges.answers.set(0)
    },
  }
}

const NOTHING: BacklogReading = {
  rollouts: [],
  inbox: { count: 0, oldestMs: 0 },
  letters: { count: 0, oldestMs: 0 },
  jobs: [],
  projections: [],
}

function backlogGauges(register: Registry) {
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge({ name: `houston_${name}`, help, labelNames, registers: [register] })
  return {
    answers: gauge('store_up', '1 when the store answered the last look at it.'),
    rollouts: gauge('rollouts', 'Rollouts that have not ended, in the whole store.', [
      ...(['application', 'environment', 'kind', 'phase'] as const),
    ]),
    waiting: gauge('waiting', 'What is due and nobody has taken, in the whole store.', ['queue']),
    oldest: gauge('waiting_oldest_seconds', 'How long the oldest of them has been due.', ['queue']),
    behind: gauge('projections_behind', 'Rollouts of which GitHub or Slack does not show the present.', ['surface']),
    lag: gauge('projection_lag_seconds', 'Since the oldest change that is not shown there.', ['surface']),
  }
}

type Gauges = ReturnType<typeof backlogGauges>

function show(gauges: Gauges, reading: BacklogReading, labels: BacklogMeter['labels']): void {
  const { rollouts, waiting, oldest, behind, lag } = gauges
  for (const each of [rollouts, waiting, oldest, behind, lag]) each.reset()
  for (const { kind, phase, ...place } of reading.rollouts) rollouts.inc({ ...labels(place), kind, phase })
  const queues: readonly (Waiting & { queue: string })[] = [
    { queue: 'inbox', ...reading.inbox },
    { queue: 'letters', ...reading.letters },
    ...reading.jobs.map((job) => ({ ...job, queue: `jobs-${job.queue}` })),
  ]
  for (const { queue, count, oldestMs } of queues) {
    waiting.set({ queue }, count)
    oldest.set({ queue }, oldestMs / 1_000)
  }
  for (const { surface, count, oldestMs } of reading.projections) {
    behind.set({ surface }, count)
    lag.set({ surface }, oldestMs / 1_000)
  }
}

/** true: it took longer. */
async function within(ms: number, work: Promise<void>): Promise<boolean> {
  const late = Promise.withResolvers<true>()
  const timer = setTimeout(() => late.resolve(true), ms)
  try {
    return await Promise.race([work.then(() => false), late.promise])
  } finally {
    clearTimeout(timer)
  }
}
