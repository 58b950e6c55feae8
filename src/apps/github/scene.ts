// A command and everything around it: who said it, where, when, and what it came to.

import type { Person, Refusal } from '../../core/intent.ts'
import type { Home } from '../desk/home.ts'
import type { Told } from './words.ts'

export type CommentEvent = {
  /** Unique; what the comment causes carries it. */
  intent: string
  /** Owner and name. */
  repository: string
  issue: number
  onPull: boolean
  comment: number
  body: string
  /** When it was written, ms since 1970, by GitHub's clock. */
  at: number
  /** By a bot, or by an App in somebody's name. */
  byMachine: boolean
  by: Person
}

/** `inside`: may look. */
export type Scene = { home: Home; event: CommentEvent; inside: boolean }

/** `begun`: a rollout tells of itself. `accepted`: what was asked shows in a rollout that is told of already. */
export type Outcome = { kind: 'begun' | 'accepted' } | { kind: 'told'; told: Told } | Refusal
