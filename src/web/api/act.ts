// Carries what somebody wants to do to the desk, and what came of it back. A token that reaches less far is refused here, with its
// row in the audit, as the desk does for rights.

import type { Target } from '../../core/command.ts'
import { type Refusal, type RefusalReason, refused } from '../../core/intent.ts'
import type { Act, Acted, Asker } from '../../engine/ports-desk.ts'
import type { Caller } from './caller.ts'
import type { ApiDeps } from './deps.ts'
import { NOT_FOUND, problemOf, type Reply } from './problem.ts'

/** These say who somebody is not: a stranger hears that there is nothing. */
const FORBIDDING: readonly RefusalReason[] = ['not-allowed', 'other-repository']

export const NO_SCOPE = { needs: 'a token whose scopes cover it: houston login, or the page /tokens, makes one' }

export type Done = Exclude<Acted, Refusal>

export async function carry(deps: ApiDeps, caller: Caller, act: Act): Promise<Reply<Done>> {
  const acted = await tryAct(deps, caller, act)
  if (acted.kind !== 'refused') return { body: acted }
  return await refusedTo(deps, { caller, target: act.target }, acted)
}

export async function refusedTo(
  { words }: Pick<ApiDeps, 'words'>,
  { caller, target }: { caller: Caller; target: Target },
  refusal: Refusal,
): Promise<Reply<never>> {
  if (FORBIDDING.includes(refusal.reason) && !(await caller.looks(target))) return NOT_FOUND
  return problemOf(refusal, words(refusal, target.environment))
}

export function askerOf({ clock }: Pick<ApiDeps, 'clock'>, { person, intent }: Caller): Asker {
  return { person, intent, at: clock.now() }
}

async function tryAct(deps: ApiDeps, caller: Caller, act: Act): Promise<Acted> {
  if (caller.mayTry(act.target)) return await deps.desk.act(askerOf(deps, caller), act)
  const no = refused('not-allowed', NO_SCOPE)
  const outcome = { kind: 'refused', reason: no.reason } as const
  // Names that somebody made up stay out of the audit.
  if (!(await deps.desk.mayLook(caller.person, act.target.application)))
    await deps.store.note({ person: caller.person, verb: act.verb, ...act.target, outcome, intent: caller.intent })
  return no
}
