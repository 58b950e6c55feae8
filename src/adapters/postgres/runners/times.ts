// How patient a driver is with its runners, and how often both look.

export type Times = {
  /** No runner takes, or keeps, a chunk for so long: it is given up. */
  takeWithinMs: number
  /** A probe that has no answer by then is not answered any more. */
  probeWithinMs: number
  /** How often a driver looks for messages. */
  readEveryMs: number
  /** How often hearts beat, on both sides, and are listened to. */
  beatEveryMs: number
  /** How long a runner collects messages before it writes them. */
  collectMs: number
}

export const TIMES: Times = {
  takeWithinMs: 60_000,
  probeWithinMs: 60_000,
  readEveryMs: 200,
  beatEveryMs: 1_000,
  collectMs: 75,
}
