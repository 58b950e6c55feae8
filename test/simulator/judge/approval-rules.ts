// Rules for approvals, from what was asked and answered and from who is whom, never from what the rollout says of itself: nothing begins
// before enough other humans have said yes to it, and then it does (THREATS.md, invariant 10).

import type { Letter, NewRollout } from '../../../src/engine/ports.ts'
import { type Human, type Voice, voiceOf } from '../cast.ts'
import type { Known, Step } from './known.ts'
import { must } from './violation.ts'

/** What an environment asks for; `authors`: who wrote which release. */
export type Rule = { required: number; notAuthor: boolean; authors: Readonly<Record<string, readonly Human[]>> }

/** `needs`: how many humans; `barred`: whose yes is none; `known`: where those have a name, and so must whoever is to be told from them. */
export type Consent = { needs: number; barred: ReadonlySet<Human>; known: ReadonlySet<Via>; yes: Set<Human> }

type Via = 'github' | 'slack'

export function consentTo({ kind, releaseId, requestedBy }: NewRollout, rule: Rule | undefined): Consent {
  const requester = voiceOf(requestedBy)
  const authors = rule?.notAuthor ? (rule.authors[releaseId] ?? []) : []
  const barred = new Set([...authors, ...(requester ? [requester.human] : [])])
  const known = new Set([...(requester ? [viaOf(requester)] : []), ...authors.map((): Via => 'github')])
  return { needs: kind === 'deploy' ? (rule?.required ?? 0) : 0, barred, known, yes: new Set() }
}

/** A workflow's human is known by an account. */
function viaOf({ way }: Voice): Via {
  return way === 'slack' ? 'slack' : 'github'
}

/** Nobody has a name at two places, so it can only be given up. */
export function isHopeless({ known }: Consent): boolean {
  return known.size > 1
}

export function mayBegin({ consent: { needs, yes } }: Known): boolean {
  return yes.size >= needs
}

export function judgeApprovals({ known, after, commit }: Step, letters: ReadonlyMap<string, Letter>): void {
  for (const { id, answer } of commit.answers) {
    const letter = letters.get(id)
    if (letter?.ask.kind === 'approve' && answer.kind === 'accepted') hearYes(known, letter)
  }
  const { phase } = after.cursor
  const claimed = after.hosts.some((host) => host.phase === 'running')
  const rests = phase === 'unapproved' || phase === 'aborted' || phase === 'superseded'
  must(mayBegin(known) || (rests && !claimed), '10 approval', 'it begins, and not enough have said yes', facts(known))
  must(!mayBegin(known) || phase !== 'unapproved', '12 liveness', 'all said yes, and it waits', facts(known))
}

function hearYes(known: Known, { rollout, by, ask }: Letter): void {
  const voice = voiceOf(by)
  const is = { by, ...facts(known) }
  must(rollout === known.id, '10 approval', 'a yes to another rollout', is)
  const named = ask.kind === 'approve' ? ask.release : undefined
  must(named === undefined || named === known.plan.work.release.id, '10 approval', 'a yes to another release', is)
  must(voice !== undefined && voice.way !== 'workflow', '10 approval', 'a yes of nobody', is)
  must(!known.consent.barred.has(voice.human), '10 approval', 'a yes of who wants it or wrote it', is)
  const apart = [...known.consent.known].every((via) => via === viaOf(voice))
  must(apart, '10 approval', 'a yes of who may be whoever wants it or wrote it', is)
  known.consent.yes.add(voice.human)
}

/** On a host itself. */
export function judgeBegin(known: Known): void {
  must(mayBegin(known), '10 approval', 'a host begins, and not enough have said yes', facts(known))
}

function facts({ id, consent: { needs, barred, yes }, cursor }: Known) {
  return { id, needs, barred: [...barred], yes: [...yes], phase: cursor.phase }
}
