// What was rolled out and what runs where, as lines for whoever may look: the same at every door. Who may look is decided before.

import type { Target } from '../../core/command.ts'
import { asOf, whereabouts } from '../../core/report-past.ts'
import type { Store } from '../../engine/ports.ts'
import { Failure } from '../cli/failure.ts'
import { readMoment } from '../cli/read-moment.ts'
import type { Line } from '../cli/screen/line.ts'
import { historyLines, thenLines, whereLines } from '../cli/words/past.ts'

type Means = { store: Store; now: () => number }

const MOST_ROLLOUTS = 10

/** The last rollouts, or what ran at a moment that a person wrote. */
export async function readHistory(means: Means, { target, at }: { target: Target; at?: string }): Promise<Line[]> {
  const lines = at === undefined ? await pastRollouts(means, target) : await then(means, { target, at })
  return lines.length === 0 ? [['Nothing was rolled out there yet.']] : lines
}

/** Where a release or a commit, by its beginning, runs or ran, of those places that may be looked at. */
export async function readWhere(
  { store }: Means,
  release: string | undefined,
  may: (target: Target) => Promise<boolean>,
): Promise<Line[]> {
  const found = release === undefined ? [] : await store.where(release)
  const answers = new Map<string, boolean>()
  for (const { application, environment } of found) {
    const key = keyOf({ application, environment })
    if (!answers.has(key)) answers.set(key, await may({ application, environment }))
  }
  const lines = whereLines(whereabouts(found.filter((each) => answers.get(keyOf(each)))))
  return lines.length === 0
    ? [['No such release or commit is recorded here; its beginning needs four characters.']]
    : lines
}

function keyOf({ application, environment }: Target): string {
  return JSON.stringify([application, environment])
}

async function pastRollouts({ store, now }: Means, target: Target): Promise<Line[]> {
  const rollouts = await store.rollouts({ ...target, limit: MOST_ROLLOUTS })
  const past = rollouts.map(({ id, kind, releaseId, cursor, requestedBy, reason, createdAt }) => ({
    ...{ rollout: id, kind, release: releaseId, phase: cursor.phase, requestedBy: requestedBy.name, createdAt },
    ...(reason !== undefined && { reason }),
    ...(cursor.halt && { halt: cursor.halt }),
  }))
  return historyLines(past, now())
}

async function then({ store }: Means, { target, at }: { target: Target; at: string }): Promise<Line[]> {
  try {
    const moment = readMoment(at)
    const ran = await store.releases(target.application, target.environment, { from: moment, to: moment })
    return thenLines(asOf(ran, moment), moment)
  } catch (error) {
    if (error instanceof Failure) return [...error.lines]
    throw error
  }
}
