// Tells the log how rollouts go on in this process, and which faults nobody awaits. It changes nothing.

import { hasEnded } from '../../core/rollout.ts'
import type { Engine } from '../../engine/engine.ts'
import type { Log } from './log.ts'

/** The same fault again within this time is not news. */
const NEWS_MS = 10_000

/** A line for each phase that a rollout comes to. */
export function narrateRollouts(engine: Engine, log: Log): void {
  const phases = new Map<string, string>()
  engine.watch((rollout, { plan, cursor, tally }) => {
    const { phase } = cursor
    if (phases.get(rollout) === phase) return
    const { application, environment, release } = plan.work
    log.info(phase, { rollout, application, environment, release: release.id, running: tally.running })
    if (hasEnded(phase)) phases.delete(rollout)
    else phases.set(rollout, phase)
  })
}

export function narrateFaults(log: Log): (fault: Error) => void {
  const told = new Map<string, number>()
  return ({ message }) => {
    const now = performance.now()
    for (const [text, at] of told) if (now - at > NEWS_MS) told.delete(text)
    if (told.has(message)) return
    told.set(message, now)
    log.warn('a fault in the background', { reason: message })
  }
}
