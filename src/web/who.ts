// Who sends a request, as the middleware of sign-in/ found out. What they may do is the desk's to say; scopes only narrow it.

import type { Person } from '../core/intent.ts'
import type { Scope } from '../core/scope.ts'

/**
 * `by`: what proved it. `alone`: the one person of a loopback server without sign-in. `scopes` absent: everything that the
 * person may; only a token and a workflow are narrowed.
 */
export type Known = {
  kind: 'known'
  person: Person
  by: 'session' | 'token' | 'workflow' | 'alone'
  scopes?: readonly Scope[]
}

export type Who = Known | { kind: 'nobody' }

/** What every request of the web app carries: `context.get('who')`. */
export type WebEnv = { Variables: { who: Who } }
