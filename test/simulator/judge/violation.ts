// A broken invariant, as an error that says which one and what was expected.

export class Violation extends Error {
  readonly invariant: string

  constructor(invariant: string, words: string, facts: unknown) {
    super(`${invariant}: ${words}: ${JSON.stringify(facts)}`)
    this.invariant = invariant
  }
}

export function must(condition: boolean, invariant: string, words: string, facts: unknown): asserts condition {
  if (!condition) throw new Violation(invariant, words, facts)
}
