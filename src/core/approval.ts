// Approvals: what a rollout needs before it may begin, and whose counts. Rights are asked elsewhere; here is only whether somebody is
// another person than whoever wants the rollout.

import { type Person, type Refusal, refused, samePerson } from './intent.ts'

/** Whom an environment's file names. Asked of GitHub at the moment of the act. */
export type Entitled =
  | { kind: 'role'; role: 'write' | 'maintain' | 'admin' }
  | { kind: 'team'; organization: string; slug: string }
  | { kind: 'user'; login: string }

/** Part of the plan, and so of what is approved. `from`: any of them suffices; empty: whoever may deploy there. */
export type ApprovalRule = {
  /** How many different people, at least 1. */
  required: number
  from: readonly Entitled[]
  /** Whoever wrote what is rolled out does not count. */
  notAuthor: boolean
}

/** Those given so far; part of a rollout's row. `requester` and `authors` do not count. */
export type Approvals = {
  required: number
  requester: Person
  /** A merge or green checks wanted it: the requester is whoever pushed, and needs no right to deploy. */
  automatic?: boolean
  authors: readonly Person[]
  given: readonly { by: Person; at: number }[]
}

/**
 * Why this person's approval does not count; `undefined`: it does. People of two identities that nobody linked cannot be told apart,
 * so only those of the requester's kind count, and of the authors' (THREATS.md, invariant 10); a workflow is nobody, its people are at GitHub.
 */
export function refusedApproval({ requester, authors }: Approvals, person: Person): Refusal | undefined {
  if (person.via === 'workflow') return refused('not-a-second-person', { who: 'workflow' })
  if (isRequester(person, requester)) return refused('not-a-second-person', { who: 'requester' })
  if (authors.some((author) => samePerson(author, person))) return refused('not-a-second-person', { who: 'author' })
  const home = requester.via === 'workflow' ? 'github' : requester.via
  const apart = [{ name: requester.name, via: home }, ...authors].find(({ via }) => via !== person.via)
  return apart && refused('unlinked-approver', { requester: apart.name, via: apart.via })
}

/** A workflow was set going by somebody: its id ends with that account's number. */
function isRequester(person: Person, requester: Person): boolean {
  const setGoing = requester.via === 'workflow' && person.via === 'github' && requester.id.endsWith(`/${person.id}`)
  return setGoing || samePerson(person, requester)
}

/** The same person's second one is the first. */
export function withApproval(approvals: Approvals, by: Person, at: number): Approvals {
  if (approvals.given.some((given) => samePerson(given.by, by))) return approvals
  return { ...approvals, given: [...approvals.given, { by, at }] }
}

/** How many are missing. */
export function missingApprovals({ required, given }: Approvals): number {
  return Math.max(0, required - given.length)
}

/** What is missing, whose counts, and whose is there already: plain text, as a part of a sentence. */
export function approvalWords({ required, missing, given, from, notAuthor }: ApprovalFacts): string {
  const what = required === 1 ? '1 approval' : `${missing} of ${required} approvals`
  const terms = [
    ...(from === '' ? [] : [`needs ${from}`]),
    `not by who asked for it${notAuthor ? ' or wrote it' : ''}`,
    ...(given.length > 0 ? [`given by ${given.join(', ')}`] : []),
  ]
  return `${what} missing (${terms.join('; ')})`
}

/** `from`: what an approver must have or be; empty: what a deploy there asks for. */
export type ApprovalFacts = {
  required: number
  missing: number
  given: readonly string[]
  from: string
  notAuthor: boolean
}

/** What somebody must have or be, for sentences: "write access to the repository or membership of acme/sre". */
export function nameEntitled(entitled: readonly Entitled[]): string {
  return entitled.map(nameOne).join(' or ')
}

function nameOne(entitled: Entitled): string {
  switch (entitled.kind) {
    case 'role':
      return `${entitled.role} access to the repository`
    case 'team':
      return `membership of ${entitled.organization}/${entitled.slug}`
    case 'user':
      return `to be ${entitled.login}`
    default:
      return entitled satisfies never
  }
}

/** Where no GitHub tells who is who, nobody is what `from` asks for: such a rollout could never begin. */
export function refusedRule(rule: ApprovalRule | undefined): Refusal | undefined {
  return rule && rule.from.length > 0 ? refused('no-approvers', { needs: nameEntitled(rule.from) }) : undefined
}
