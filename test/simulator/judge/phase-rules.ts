// Rules for the phases of a rollout: a bake lasts, a wait waits for a person, an order is kept, and an end is an end.

import type { Rank } from '../../../src/core/plan.ts'
import { pauseAfter } from './expected-plan.ts'
import { isOver, type Step } from './known.ts'
import { must } from './violation.ts'

export function judgePhase(step: Step, clockIsTrue: boolean): void {
  const { known, before, after, granted } = step
  const moved = before.cursor.phase !== after.cursor.phase
  const reopened = before.cursor.phase === 'failed' && granted.has('retry')
  must(!isOver(before.cursor) || !moved || reopened, '6 late', 'an ended rollout goes on', { known: known.id, moved })
  stagesAreKept(step, clockIsTrue)
  urgentGoFirst(step)
  heldIsNoted(step)
}

/** The trail tells the stages in their order, also several of them in one commit. */
function stagesAreKept({ known, commit, granted }: Step, clockIsTrue: boolean): void {
  for (const { kind, body, at } of commit.trail) {
    const stage = known.plan.stages.findIndex(({ name }) => name === nameIn(body))
    if (kind === 'stage-finished') known.finished = { stage, at, continued: false }
    if (kind === 'asked' && granted.has('continue') && known.finished) known.finished.continued = true
    if (kind === 'stage-started' && stage > 0) pauseWasKept(known, stage, { at, clockIsTrue })
  }
}

function pauseWasKept(
  known: Step['known'],
  stage: number,
  { at, clockIsTrue }: { at: number; clockIsTrue: boolean },
): void {
  const { finished } = known
  const after = pauseAfter(known.plan, stage - 1)
  must(finished?.stage === stage - 1, 'stages', 'begun before the one before it ended', { stage, finished })
  if (finished.continued || after.kind === 'continue') return
  must(after.kind === 'bake', 'wait', 'went on, and nobody said so', { stage, finished })
  const baked = at - finished.at
  must(!clockIsTrue || baked >= after.ms, 'bake', 'went on too early', { stage, baked, after })
}

function nameIn(body: unknown): string {
  return typeof body === 'object' && body !== null && 'stage' in body ? String(body.stage) : ''
}

const URGENCY: Readonly<Record<Rank, number>> = { failed: 0, unknown: 1, older: 2, current: 2 }

/** Of a zone, nobody queued is more urgent than a host that was claimed. Those that came back just now had no turn yet. */
function urgentGoFirst({ known, before, after }: Step): void {
  const { plan, stageOf } = known
  const urgency = (i: number) => ((after.hosts[i]?.attempt ?? 1) > 1 ? 0 : URGENCY[plan.hosts[i]?.rank ?? 'failed'])
  const claimed = after.hosts.flatMap((host, i) =>
    host.phase === 'running' && before.hosts[i]?.phase === 'queued' ? [i] : [],
  )
  const waiting = after.hosts.flatMap((host, i) =>
    host.phase === 'queued' && before.hosts[i]?.phase === 'queued' && (stageOf[i] ?? 0) <= after.cursor.stage
      ? [i]
      : [],
  )
  for (const index of claimed) {
    const first = waiting.find((i) => plan.hosts[i]?.zone === plan.hosts[index]?.zone && urgency(i) < urgency(index))
    const late = first !== undefined && stageOf[first] === stageOf[index]
    must(!late, '9 order', 'a more urgent host was passed over', { claimed: index, waiting: first })
  }
}

/** Since when no host may begin. */
function heldIsNoted({ known, after, now }: Step): void {
  const held = after.cursor.phase === 'halting' || after.cursor.phase === 'halted' || isOver(after.cursor)
  if (!held) delete known.heldSince
  else known.heldSince ??= now
}
