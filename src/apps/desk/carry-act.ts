// Carries out whatever act needs no release to be looked up, once it is allowed: the same at every desk. It asks nobody outside.

import { type Ask, type Person, type Refusal, refused } from '../../core/intent.ts'
import type { LockWish } from '../../core/lock.ts'
import type { Shown } from '../../core/origin.ts'
import { standMark } from '../../core/stand-mark.ts'
import { type Intent, intentOfAsk, noteRefusal } from '../../engine/audit.ts'
import { begunRollouts } from '../../engine/begun-rollouts.ts'
import type { Engine } from '../../engine/engine.ts'
import type { RolloutRecord, Store } from '../../engine/ports.ts'
import type { Act, Acted, Asker } from '../../engine/ports-desk.ts'
import { originOfAsked } from './order-deploy.ts'

export type Carrier = { engine: Engine; store: Store }

export type PlainAct = Exclude<Act, { verb: 'deploy' }>

/** `shown`: how the environment is shown at the forge. */
export async function carryAct(
  carrier: Carrier,
  { asker, act, shown }: { asker: Asker; act: PlainAct; shown?: Shown },
): Promise<Acted> {
  const { target } = act
  switch (act.verb) {
    case 'rollback':
      return await rollBack(carrier, { asker, act, ...(shown && { shown }) })
    case 'lock':
    case 'unlock': {
      const outcome = await carrier.engine.changeLock(target, { ...lockWish(act, asker.person), intent: asker.intent })
      return outcome.kind === 'refused' ? outcome : { kind: 'locks', outcome }
    }
    case 'skip':
      return await askRollout(carrier, { asker, act, ask: { kind: 'skip', hostName: act.host } })
    case 'approve':
      return await askRollout(carrier, { asker, act, ask: { kind: 'approve', ...releaseOf(act) } })
    default:
      return await askRollout(carrier, { asker, act, ask: { kind: act.verb } })
  }
}

/** What was seen must be what is there: a button of an older rollout does nothing. */
export async function refusedRollout(
  { store }: Pick<Carrier, 'store'>,
  { target, rollout, verb }: Act,
): Promise<Refusal | undefined> {
  if (rollout === undefined) return undefined
  // What waits for approval is over the one that is taken back.
  const newestOf =
    verb === 'rollback' ? begunRollouts(store, { ...target, most: 1 }) : store.rollouts({ ...target, limit: 1 })
  const [newest] = await newestOf
  return newest?.id === rollout ? undefined : refused('not-the-newest', { rollout, ask: verb })
}

/** A refusal before the engine knew of it: in the audit before it is told. */
export async function noteRefused(
  store: Store,
  { asker, act }: { asker: Asker; act: Act },
  refusal: Refusal,
): Promise<Refusal> {
  const { verb, target, rollout } = act
  const intent: Intent = {
    ...{ person: asker.person, verb, ...target, intent: asker.intent },
    ...(rollout !== undefined && { rollout }),
    ...('reason' in act && act.reason !== undefined && { reason: act.reason }),
    ...(act.verb === 'skip' && { host: act.host }),
  }
  await noteRefusal(store, intent, refusal)
  return refusal
}

function releaseOf({ release }: { release?: string }): { release?: string } {
  return release === undefined ? {} : { release }
}

type RollBack = { asker: Asker; act: Extract<Act, { verb: 'rollback' }>; shown?: Shown }

async function rollBack({ engine, store }: Carrier, { asker, act, shown }: RollBack): Promise<Acted> {
  const { person: by, intent, asked } = asker
  const { target, to, reason, rollout: of } = act
  const said = {
    ...(to !== undefined && { to }),
    ...(of !== undefined && { of }),
    ...(reason !== undefined && { reason }),
  }
  const seen = act.rollout === undefined ? undefined : await store.rollout(act.rollout)
  const origin = { ...originOfAsked(asked), ...issuesOf(seen), ...(shown && { shown }) }
  const started = await engine.rollback({ ...target, ...said, by, intent, origin })
  return started.kind === 'refused' ? started : { kind: 'begun', rollout: started.rollout }
}

/** Those who were told of the rollout are told that it is taken back. */
function issuesOf(seen: RolloutRecord | undefined): { issues?: readonly number[] } {
  return seen?.origin ? { issues: seen.origin.issues } : {}
}

function lockWish(act: Extract<Act, { verb: 'lock' | 'unlock' }>, by: Person): LockWish {
  if (act.verb === 'unlock') return { verb: 'unlock', by, steal: act.steal }
  const { reason, forMs } = act
  return { verb: 'lock', by, ...(reason !== undefined && { reason }), ...(forMs !== undefined && { forMs }) }
}

/** The one that was seen, or the newest. A newer one that began meanwhile is not touched: nobody saw it. */
async function askRollout(
  { engine, store }: Carrier,
  { asker: { person: by, intent }, act, ask }: { asker: Asker; act: PlainAct; ask: Ask },
): Promise<Acted> {
  const { target } = act
  const rollout = act.rollout ?? (await store.rollouts({ ...target, limit: 1 }))[0]?.id
  if (rollout === undefined)
    return await noteRefusal(store, intentOfAsk(target, { by, ask, intent }), refused('no-rollout'))
  if (await hasMovedOn(store, { act, rollout, intent }))
    return await noteRefusal(
      store,
      intentOfAsk(target, { by, ask, rollout, intent }),
      refused('moved-on', { rollout, ask: act.verb }),
    )
  const answer = await engine.askOnce(intent, { rollout, by, ask })
  return answer.kind === 'refused' ? answer : { kind: 'accepted', rollout }
}

/** Two people let it go on at once, and it stands still again for another reason: the second one has not seen that. */
async function hasMovedOn(
  store: Store,
  { act: { verb, mark }, rollout, intent }: { act: PlainAct; rollout: string; intent: string },
): Promise<boolean> {
  if (mark === undefined || (verb !== 'resume' && verb !== 'continue' && verb !== 'retry')) return false
  // It is this very act that moved it.
  if (await store.answer(intent)) return false
  const record = await store.rollout(rollout)
  return record !== undefined && standMark({ ...record, hosts: await store.hosts(rollout) }) !== mark
}
