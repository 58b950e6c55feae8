// Somebody who deploys to one environment all day: release after release, with a change of mind now and then. What they are
// told goes into the claims; they know nothing of the faults.

import { setTimeout as delay } from 'node:timers/promises'
import type { RolloutReport } from '../../src/core/report.ts'
import { hasEnded } from '../../src/core/rollout.ts'
import type { Claims } from './claims.ts'
import type { Desk } from './desk.ts'
import type { Dice } from './dice.ts'
import { type Environment, requestFor } from './environment.ts'

export type Person = { environment: Environment; desk: Desk; claims: Claims; dice: Dice; signal: AbortSignal }

const LOOK_MS = 250
const REFUSED_MS = 1_000
/** After the end of the working day: whatever still runs is then lost. */
const OVERTIME_MS = 120_000

/** Resolves when the day is over and the last rollout has come to rest, or does not. */
export async function work(person: Person): Promise<void> {
  const { environment, desk, claims, dice, signal } = person
  let before: string | undefined
  for (let number = 1; !signal.aborted; number += 1) {
    const started = await desk.deploy(requestFor(environment, number, dice))
    if (typeof started !== 'string') {
      await delay(REFUSED_MS)
      continue
    }
    // The same one when the day before ended badly: it is still there.
    if (before !== undefined && before !== started) claims.quiet(before, 'another deploy was accepted')
    before = await see(person, started)
  }
}

/** Follows a rollout, and those that take its place, until one rests. Answers which. */
async function see(person: Person, first: string): Promise<string> {
  for (let rollout = first; ; ) {
    person.claims.add({ kind: 'started', rollout, environment: person.environment.name })
    const successor = await seeOne(person, rollout)
    if (successor === undefined) return rollout
    person.claims.quiet(rollout, 'a rollback was accepted')
    rollout = successor
  }
}

/** The rollback that took its place; `undefined` when it rests, or never will. */
async function seeOne(person: Person, rollout: string): Promise<string | undefined> {
  const { desk, dice, signal, claims } = person
  const whim = { at: performance.now() + dice.between(500, 8_000), had: !dice.chance(0.6) }
  for (let overtime = 0; overtime < OVERTIME_MS; overtime += signal.aborted ? LOOK_MS : 0) {
    const report = await desk.status(rollout)
    if (!report || hasEnded(report.phase)) {
      claims.quiet(rollout, report?.phase ?? 'unknown')
      return undefined
    }
    const next = report.phase === 'halted' ? await afterHalt(person, rollout) : await meanwhile(person, report, whim)
    if (next.kind === 'rests') return undefined
    if (next.kind === 'replaced') return next.by
    await delay(LOOK_MS)
  }
  return undefined
}

type Next = { kind: 'on' } | { kind: 'rests' } | { kind: 'replaced'; by: string }

async function meanwhile(person: Person, report: RolloutReport, whim: { at: number; had: boolean }): Promise<Next> {
  if (whim.had || performance.now() < whim.at) return { kind: 'on' }
  whim.had = true
  const { rollout } = report
  const mind = person.dice.next()
  if (mind < 0.3) return (await goBack(person, rollout)) ?? { kind: 'on' }
  const kind = mind < 0.9 ? 'halt' : 'abort'
  const answer = await person.desk.ask(rollout, kind)
  if (answer.kind === 'accepted') person.claims.quiet(rollout, `${kind} accepted`)
  return { kind: 'on' }
}

/** Held for a while, as people think; then one of the four things that can be done. */
async function afterHalt(person: Person, rollout: string): Promise<Next> {
  const { claims, dice, desk, signal } = person
  claims.quiet(rollout, 'halted')
  if (signal.aborted) return { kind: 'rests' }
  await delay(dice.between(0, 6_000))
  const mind = dice.next()
  if (mind < 0.2) return { kind: 'rests' }
  if (mind < 0.5) return (await goBack(person, rollout)) ?? { kind: 'rests' }
  const kind = mind < 0.8 ? 'resume' : 'retry'
  claims.goesOn(rollout)
  await desk.ask(rollout, kind, () => kind === 'retry' && claims.add({ kind: 'retry', rollout }))
  return { kind: 'on' }
}

/** `undefined` when it is refused, or when the rollout is a rollback already. */
async function goBack({ desk, environment }: Person, rollout: string): Promise<Next | undefined> {
  const by = await desk.rollback(environment.name)
  return typeof by === 'string' && by !== rollout ? { kind: 'replaced', by } : undefined
}
