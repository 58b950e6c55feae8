// Work that is done again and again, by one process of a store at a time, each round going on where the last one ended. It gives
// no authority over anything else.

/** Times are the database's. */
export interface Rounds {
  /**
   * Begins a round when one is due; for `everyMs` nobody else gets one. `since` (ms since 1970): where to go on from, which
   * is the present for the very first round.
   */
  begin(name: string, everyMs: number): Promise<{ since: number; now: number } | undefined>
  /** The next round goes on from here, never from earlier than an earlier call said. */
  finish(name: string, until: number): Promise<void>
}
