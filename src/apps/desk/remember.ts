// Remembers answers for whoever only looks: asked again soon, they are not asked for again. What decides about an act never
// comes from here.

export type Memory = {
  forMs: number
  /** While nobody answers, an older answer stands in, up to this age. */
  atMostMs: number
  now: () => number
}

type Kept<Value> = { at: number; value: Promise<Value> }

/** More is forgotten as a whole. */
const MOST_KEYS = 10_000

export function remember<Input, Value>(
  { forMs, atMostMs, now }: Memory,
  keyOf: (input: Input) => string,
  ask: (input: Input) => Promise<Value>,
): (input: Input) => Promise<Value> {
  const kept = new Map<string, Kept<Value>>()
  return (input) => {
    const key = keyOf(input)
    const old = kept.get(key)
    if (old && now() - old.at < forMs) return old.value
    if (kept.size >= MOST_KEYS) kept.clear()
    const fresh = { at: now(), value: ask(input) }
    kept.set(key, fresh)
    fresh.value.catch(() => {
      if (kept.get(key) === fresh) kept.delete(key)
      if (old && now() - old.at < atMostMs) kept.set(key, old)
    })
    return fresh.value.catch((error: unknown) => {
      if (old && now() - old.at < atMostMs) return old.value
      throw error
    })
  }
}
