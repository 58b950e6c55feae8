// Chance, from a seed: the same words give the same throws for ever. Each part of a simulation has dice of its own, so that
// leaving one thing out changes nothing else.

export type Dice = {
  /** A whole number in [0, n). */
  below: (n: number) => number
  between: (low: number, high: number) => number
  chance: (share: number) => boolean
  pick: <const One>(from: readonly [One, ...One[]]) => One
}

export function diceFrom(...words: readonly (string | number)[]): Dice {
  let state = hash(words.join(' '))
  const throwOne = () => {
    // mulberry32: small, fast, and good enough to mix what happens.
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (n: number) => Math.floor(throwOne() * n)
  return {
    below,
    between: (low, high) => low + below(high - low + 1),
    chance: (share) => throwOne() < share,
    pick: (from) => from[below(from.length)] ?? from[0],
  }
}

/** FNV-1a, then mixed once more: neighbouring seeds must not look alike. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  return value ^ (value >>> 13)
}
