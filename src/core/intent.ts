// An intent: what a person (or a workflow) asked for, whatever door it came through; and how it is answered.

/**
 * Who asked. `via`: whose identity it is; `id` is stable and unique within it; `name` is only shown. GitHub's id is the account's
 * number: a login can be given up and taken by somebody else. Slack's is `T…/U…`, a workflow's begins with its repository's number.
 * `door`: where they stood, when that is somebody else's than the identity.
 */
export type Person = { via: 'terminal' | 'github' | 'slack' | 'workflow'; id: string; name: string; door?: Door }

export type Door = 'slack' | 'web' | 'api' | 'action'

/** Names are not unique, and whoever has one can change it. */
export function samePerson(a: Person, b: Person): boolean {
  return a.via === b.via && a.id === b.id
}

/** What can be asked of a rollout that exists. */
export type Ask =
  | { kind: 'halt' }
  | { kind: 'resume' }
  | { kind: 'continue' }
  | { kind: 'retry' }
  | { kind: 'abort' }
  /** `release`: the one that is meant, where it was said. */
  | { kind: 'approve'; release?: string }
  | { kind: 'skip'; hostName: string }

/** Why something was refused. Closed: every renderer has words for each. */
export type RefusalReason =
  | 'no-hosts'
  | 'no-room'
  | 'nothing-to-do'
  | 'rollout-running'
  | 'no-rollout'
  | 'not-possible-now'
  | 'unknown-host'
  | 'host-running'
  | 'no-good-release'
  | 'unknown-release'
  | 'plan-changed'
  | 'runner-unavailable'
  | 'no-answer'
  | 'lock-held'
  | 'not-the-holder'
  | 'not-locked'
  | 'not-allowed'
  | 'not-granted'
  | 'other-repository'
  | 'no-configuration'
  | 'broken-configuration'
  | 'unknown-ref'
  | 'ambiguous-ref'
  | 'ref-changed'
  | 'fork'
  | 'unreachable-commit'
  | 'moved-release'
  | 'not-a-descendant'
  | 'no-artefact'
  | 'not-the-newest'
  | 'moved-on'
  | 'not-a-second-person'
  | 'unlinked-approver'
  | 'requester-lost-right'
  | 'approver-lost-right'
  | 'other-release'
  | 'no-approvers'

export type Refusal = {
  kind: 'refused'
  reason: RefusalReason
  /** Facts for the words: a phase, a host, a rollout's id. */
  detail: Readonly<Record<string, string | number>>
}

export type Answer = { kind: 'accepted' } | Refusal

export function refused(reason: RefusalReason, detail: Refusal['detail'] = {}): Refusal {
  return { kind: 'refused', reason, detail }
}
