// What a token may be used for: a part of what its person may, never more. It knows no rights; the desk decides those each time.

/** `act` includes looking. An absent application or environment stands for every one. */
export type Scope = { may: 'look' | 'act'; application?: string; environment?: string }

/** What somebody wants to do. An absent application or environment: something about all of them at once. */
export type ScopeWish = Scope

/**
 * Absent scopes narrow nothing: a person with a session. A scope of one environment does not cover a wish about its whole
 * application: whoever lists several places asks for each.
 */
export function scopesCover(scopes: readonly Scope[] | undefined, wish: ScopeWish): boolean {
  return scopes === undefined || scopes.some((scope) => covers(scope, wish))
}

function covers(scope: Scope, { may, application, environment }: ScopeWish): boolean {
  if (may === 'act' && scope.may !== 'act') return false
  if (scope.application !== undefined && scope.application !== application) return false
  return scope.environment === undefined || scope.environment === environment
}
