// Brings one outside object to what it should be: looks up what may exist, creates what is missing, updates what differs.
// That an object is about to be created is in the store before it is; so none is ever created twice.

import { hideTokens } from '../core/hide-tokens.ts'
import { shareOf } from '../core/project-budget.ts'
import type { Desired } from '../core/project-object.ts'
import { backoffMs } from './backoff.ts'
import type { Budget, Found, Outgoing, Projected, Written } from './ports-outside.ts'
import type { ProjectorPass } from './projector-pass.ts'

/**
 * `settled`: it is as it should be, or never will be. `wait`: for a budget, or for what it hangs under. `cut-off`: the
 * projection is another's by now, or this process stops.
 */
export type Brought =
  | { kind: 'settled' }
  | { kind: 'written' }
  | { kind: 'wait'; ms: number }
  | { kind: 'failed'; notBeforeMs?: number }
  | { kind: 'cut-off' }

type Want = { object: Desired<unknown>; digest: string; budgets: readonly Budget[]; parent?: string }

/** Deleted outside more often than this: somebody does not want it. */
const MOST_LOST = 1
/** A write that is not sent so soon after it was noted may meet another's: this process stood still, and lost its job. */
const SEND_WITHIN_MS = 3_000
/** GitHub asks for at least a minute when it does not say how long. */
const LIMITED = { baseMs: 60_000, mostMs: 15 * 60_000 }

export async function bringObject(pass: ProjectorPass, object: Desired<unknown>): Promise<Brought> {
  const digest = pass.deps.ids.digest(JSON.stringify(object.content))
  if (isSettled(pass.known(object.key), digest)) return { kind: 'settled' }
  const parent = await pass.parentOf(object)
  if (parent.kind === 'never') return { kind: 'settled' }
  if (parent.kind === 'not-yet') return { kind: 'wait', ms: 0 }
  const want: Want = {
    ...{ object, digest, budgets: budgetsOf(pass, object) },
    ...(parent.kind === 'known' && { parent: parent.id }),
  }
  const looked = pass.known(object.key).creating ? await lookUp(pass, want) : undefined
  if (looked) return looked
  const known = pass.known(object.key)
  // Looking may have found it, and as it should be.
  if (isSettled(known, digest)) return { kind: 'written' }
  // After looking, which may last: a write counts from when it is sent.
  const taken = await pass.deps.projections.take(want.budgets)
  if (taken.kind === 'wait') return taken
  return known.outsideId !== undefined && object.when === 'update' ? await update(pass, want) : await create(pass, want)
}

function isSettled({ creating, outsideId, digest, refusal, lost }: Projected, wanted: string): boolean {
  if (refusal?.digest === wanted) return true
  if (outsideId === undefined) return lost > MOST_LOST
  return !creating && digest === wanted
}

/** Each urgency may spend its share of a budget. */
function budgetsOf(pass: ProjectorPass, object: Desired<unknown>): Budget[] {
  const budgets = pass.surface.budgets(object, pass.rollout)
  return budgets.map(({ key, limits }) => ({ key, limits: shareOf(limits, object.urgency) }))
}

/** A creation was begun and nobody knows how it went. `undefined`: now it is known. */
async function lookUp(pass: ProjectorPass, want: Want): Promise<Brought | undefined> {
  // Reading is free, but a budget is paused when the outside asks to be left in peace.
  const taken = await pass.deps.projections.take(want.budgets.map(({ key }) => ({ key, limits: [] })))
  if (taken.kind === 'wait') return taken
  const { creating, ...known } = pass.known(want.object.key)
  const found = await pass.surface.outside.find(outgoing(pass, want, known.life), pass.signal)
  if (found.kind === 'absent') return undefined
  // It may exist all the same: the creation stays noted as begun.
  if (found.kind === 'refused')
    return await refuse(pass, want, { known: { ...known, ...(creating && { creating }) }, why: found.why })
  if (found.kind !== 'found') return await answerTo(pass, want, found)
  const noted = await pass.note({ ...known, outsideId: found.id, ...(creating && { digest: creating.digest }) })
  return noted ? undefined : { kind: 'cut-off' }
}

async function create(pass: ProjectorPass, want: Want): Promise<Brought> {
  const { refusal: _refusal, ...known } = pass.known(want.object.key)
  const began = pass.deps.clock.monotonic()
  // Begun before and not found: the same life and marker, should it turn up after all.
  const life = known.creating ? known.life : known.life + 1
  const begun: Projected = { ...known, life, creating: { digest: want.digest } }
  if (!(await pass.note(begun)) || !mayStillSend(pass, began)) return { kind: 'cut-off' }
  const written = await pass.surface.outside.create(outgoing(pass, want, begun.life), pass.signal)
  if (written.kind === 'gone') return await loseParent(pass, want)
  if (written.kind !== 'done') return await answerTo(pass, want, written)
  const { creating: _creating, ...made } = begun
  const noted = await pass.note({ ...made, outsideId: written.id, digest: want.digest })
  return { kind: noted ? 'written' : 'cut-off' }
}

async function update(pass: ProjectorPass, want: Want): Promise<Brought> {
  const { refusal: _refusal, ...known } = pass.known(want.object.key)
  const written = await pass.surface.outside.update(
    known.outsideId ?? '',
    outgoing(pass, want, known.life),
    pass.signal,
  )
  if (written.kind === 'gone') {
    if (!(await pass.noteLost(want.object.key))) return { kind: 'cut-off' }
    return known.lost < MOST_LOST ? { kind: 'wait', ms: 0 } : { kind: 'settled' }
  }
  if (written.kind !== 'done') return await answerTo(pass, want, written)
  const noted = await pass.note({ ...known, outsideId: written.id, digest: want.digest })
  return { kind: noted ? 'written' : 'cut-off' }
}

/** What it hangs under was deleted outside: that is created again first, when it is ours to create. */
async function loseParent(pass: ProjectorPass, want: Want): Promise<Brought> {
  const { parent } = want.object
  if (!parent || parent.rollout !== undefined)
    return await answerTo(pass, want, { kind: 'refused', why: 'what it hangs under was deleted' })
  return (await pass.noteLost(parent.key)) ? { kind: 'wait', ms: 0 } : { kind: 'cut-off' }
}

type No = Exclude<Written | Found, { kind: 'done' | 'found' | 'absent' | 'gone' }>

async function answerTo(pass: ProjectorPass, want: Want, no: No): Promise<Brought> {
  if (pass.signal.aborted) return { kind: 'cut-off' }
  if (no.kind === 'unsure') return { kind: 'failed' }
  if (no.kind === 'limited') {
    const seed = `${pass.rollout}/${pass.surface.name}`
    const own = () => backoffMs(pass.attempts + 1, LIMITED, { ids: pass.deps.ids, seed })
    const notBeforeMs = no.retryAfterMs ?? own()
    await pass.deps.projections.pause(want.budgets, notBeforeMs)
    return { kind: 'failed', notBeforeMs }
  }
  const { creating: _creating, ...known } = pass.known(want.object.key)
  return await refuse(pass, want, { known, why: no.why })
}

/** Not tried again before its content changes. */
async function refuse(pass: ProjectorPass, { digest }: Want, of: { known: Projected; why: string }): Promise<Brought> {
  const noted = await pass.note({ ...of.known, refusal: { digest, why: hideTokens(of.why) } })
  return { kind: noted ? 'settled' : 'cut-off' }
}

function mayStillSend(pass: ProjectorPass, began: number): boolean {
  return !pass.signal.aborted && pass.deps.clock.monotonic() - began <= SEND_WITHIN_MS
}

function outgoing(pass: ProjectorPass, { object, parent }: Want, life: number): Outgoing<unknown> {
  const marker = `${pass.rollout}/${object.key}/${life}`
  return { marker, content: object.content, ...(parent !== undefined && { parent }) }
}
