// While a rollout is followed that servers drive: says so when no server is there any more, and when one is again.

import { type Line, styled } from './screen/line.ts'
import type { Entered } from './session/enter.ts'
import type { Target } from './session/session.ts'

const LOOK_EVERY_MS = 2_000

type Watched = { entered: Pick<Entered, 'session' | 'serversLive'>; target: Target; say: (line: Line) => void }

/** The returned function ends it. */
export function watchServers({ entered, target, say }: Watched, everyMs = LOOK_EVERY_MS): () => void {
  const { session, serversLive } = entered
  if (session.place.kind !== 'servers' || !serversLive) return () => {}
  let there = true
  const look = async () => {
    // A database that is away says nothing about the servers.
    const live = await serversLive().catch(() => there)
    if (live === there) return
    there = live
    say([styled('yellow', live ? 'a server is there again, and goes on with it' : lonely(target))])
  }
  const timer = setInterval(() => void look(), everyMs)
  return () => clearInterval(timer)
}

function lonely({ environment }: Target): string {
  return `no server is left, so nobody drives this rollout: start one (houston serve), or Ctrl-C and houston resume ${environment}`
}
