// What a person typed, read: a verb with everything it needs, or the one mistake in it. No wording here, and no rights.

import type { Verb } from './command-grammar.ts'

/** An environment of an application, by full names. */
export type Target = { application: string; environment: string }

/** Verbs that are asked of a rollout and take nothing else. */
type PlainVerb = 'halt' | 'resume' | 'continue' | 'retry' | 'abort'

export type Command =
  | { verb: PlainVerb; target: Target }
  /** `release`: the one that was seen; another one is not approved. */
  | { verb: 'approve'; target: Target; release?: string }
  | {
      verb: 'deploy'
      target: Target
      ref?: string
      /** Only shown, nothing is begun. */
      plan: boolean
      all: boolean
      backwards: boolean
      reason?: string
    }
  | { verb: 'rollback'; target: Target; to?: string; reason?: string }
  | { verb: 'skip'; target: Target; host: string }
  | { verb: 'lock'; target: Target; reason?: string; forMs?: number }
  | { verb: 'unlock'; target: Target; steal: boolean }
  | { verb: 'status'; target?: Target }
  | { verb: 'history'; target: Target; at?: string }
  | { verb: 'where'; release: string }
  | { verb: 'help'; about?: Verb }

/** `near`: what was probably meant. `known`: what there is. */
export type Mistake = { kind: 'mistake' } & (
  | { reason: 'too-long'; longest: number }
  | { reason: 'unseen-character' }
  | { reason: 'open-quote' }
  | { reason: 'unknown-verb'; word: string; near?: Verb }
  | { reason: 'unknown-option'; verb: Verb; option: string; known: readonly string[]; near?: string }
  | { reason: 'option-twice'; verb: Verb; option: string }
  | { reason: 'option-without-value'; verb: Verb; option: string }
  | { reason: 'option-with-value'; verb: Verb; option: string }
  | { reason: 'bad-duration'; verb: Verb; option: string; text: string }
  | { reason: 'no-environment'; verb: Verb; known: readonly Target[] }
  | { reason: 'unknown-environment'; verb: Verb; word: string; known: readonly Target[]; near?: string }
  | { reason: 'ambiguous-environment'; verb: Verb; word: string; fits: readonly Target[] }
  | { reason: 'missing-word'; verb: Verb; what: 'host' | 'release' }
  | { reason: 'word-too-many'; verb: Verb; word: string }
)
