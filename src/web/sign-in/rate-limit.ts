// How often one and the same may do something: a bucket of tokens each, which fills again with time. Of this process only; it
// holds off floods and guessing, it does not count.

export type RateLimit = {
  /** Takes one. Answers after how many ms there is one again, when there is none. */
  take(key: string): number | undefined
  /** Whether there is one, without taking it. */
  waitMs(key: string): number | undefined
}

type Bucket = { tokens: number; at: number }

/** More are not remembered: the one that was seen longest ago begins anew. */
const MOST_KEYS = 10_000
const MINUTE_MS = 60_000

/** `now`: milliseconds that only grow. A full bucket holds a minute's worth. */
export function openRateLimit({ perMinute, now }: { perMinute: number; now: () => number }): RateLimit {
  const buckets = new Map<string, Bucket>()
  const level = (key: string): Bucket => {
    const { tokens, at } = buckets.get(key) ?? { tokens: perMinute, at: now() }
    return { tokens: Math.min(perMinute, tokens + ((now() - at) * perMinute) / MINUTE_MS), at: now() }
  }
  const lacking = ({ tokens }: Bucket) => (tokens >= 1 ? undefined : Math.ceil(((1 - tokens) * MINUTE_MS) / perMinute))
  return {
    take(key) {
      const bucket = level(key)
      const wait = lacking(bucket)
      buckets.delete(key)
      buckets.set(key, wait === undefined ? { ...bucket, tokens: bucket.tokens - 1 } : bucket)
      if (buckets.size > MOST_KEYS) buckets.delete(buckets.keys().next().value ?? '')
      return wait
    },
    waitMs: (key) => lacking(level(key)),
  }
}
