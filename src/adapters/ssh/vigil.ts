// Notices that this process stood still: frozen, or on a machine that slept. What it was told before may be history by then.
// It changes nothing itself.

const LOOK_EVERY_MS = 1_000
/** Longer than a busy event loop is late, and shorter than another process waits before it takes over. */
const STILL_MS = 5_000

export type Vigil = {
  /** To be called before a step that cannot be taken back: events may be handled before any timer is. */
  look(): void
  end(): void
}

/** `stoodStill` is called once for each time, as soon as it is noticed. `now`: monotonic ms, also while nothing runs. */
export function keepVigil(stoodStill: () => void, now: () => number): Vigil {
  let seenAt = now()
  const look = () => {
    const stillMs = now() - seenAt
    seenAt = now()
    if (stillMs > STILL_MS) stoodStill()
  }
  const timer = setInterval(look, LOOK_EVERY_MS)
  timer.unref()
  return { look, end: () => clearInterval(timer) }
}
