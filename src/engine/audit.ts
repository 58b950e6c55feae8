// Keeps refusals in the audit of intents before anybody is told of them. What was accepted is written by the store, in the
// transaction that carries it out.

import { type AuditFact, type AuditVerb, outcomeOf } from '../core/audit.ts'
import type { Ask, Person, Refusal } from '../core/intent.ts'
import type { DeployRequest } from './plan-deploy.ts'
import type { RollbackRequest } from './plan-rollback.ts'
import type { AuditStore, Place } from './ports-locks.ts'

/** An intent before it is known what comes of it. */
export type Intent = Omit<AuditFact, 'outcome'>

/** Hands the outcome on; a refusal is committed first. */
export async function noteRefusal<Outcome extends { kind: string }>(
  store: AuditStore,
  intent: Intent,
  outcome: Outcome | Refusal,
): Promise<Outcome | Refusal> {
  if ('reason' in outcome) await store.note({ ...intent, outcome: outcomeOf(outcome) })
  return outcome
}

export function intentOfDeploy(request: DeployRequest): Intent {
  const { application, environment, release } = request.work
  const { automatic } = request
  return {
    ...asked('deploy', { ...request, application, environment }),
    release: release.id,
    ...(automatic && { automatic }),
  }
}

export function intentOfRollback(request: RollbackRequest): Intent {
  const { to } = request
  return { ...asked('rollback', request), ...(to !== undefined && { release: to }) }
}

/** `rollout`: the one that was asked, when there is one. */
export function intentOfAsk(place: Place, letter: { by: Person; ask: Ask; rollout?: string; intent?: string }): Intent {
  const { by, ask, rollout, intent } = letter
  return {
    ...asked(ask.kind, { ...place, by, ...(intent !== undefined && { intent }) }),
    ...(ask.kind === 'skip' && { host: ask.hostName }),
    ...(rollout !== undefined && { rollout }),
  }
}

function asked(verb: AuditVerb, request: Place & { by: Person; reason?: string; intent?: string }): Intent {
  const { application, environment, by, reason, intent } = request
  const said = { ...(reason !== undefined && { reason }), ...(intent !== undefined && { intent }) }
  return { person: by, verb, application, environment, ...said }
}
