// Gives the rest of the process its turn. The embedded store answers without leaving the current turn of the event loop, so
// a transaction of many statements would hold it from the first to the last.

const LONGEST_TURN_MS = 15

/** Monotonic ms. */
let lastTurnAt = 0

/**
 * Counts from here. Without it the first statement of every commit would wait for a whole turn, which takes long just when
 * the process is busy and the commit is what its hosts wait for.
 */
export function startTurn(): void {
  lastTurnAt = performance.now()
}

/** Lets the event loop go round when it has not for a while. Call it before each of many statements. */
export async function turn(): Promise<void> {
  if (performance.now() - lastTurnAt < LONGEST_TURN_MS) return
  await new Promise<void>((resolve) => setImmediate(resolve))
  lastTurnAt = performance.now()
}
