// One listener's stream of a feed. It is pulled: a slow listener holds nothing in memory but its place, and finds a newer snapshot
// when it comes back too late.

import type { Woke } from './bell.ts'
import { BEAT, type Told } from './event.ts'

/** What a stream is pulled from. */
export type Source = {
  /** What a listener has seen, by the id of its last event; `undefined`: it needs a snapshot. */
  seen(lastEventId: string | undefined): number | undefined
  snapshot(): Told
  /** What came after `seq`; `undefined` while there is nothing. */
  after(seq: number): Told | undefined
  next(): Promise<Woke>
}

export type Listening = {
  feed: Source
  /** Called once, when the stream has ended. */
  leave: () => void
  /** Of the request: the id of the last event that arrived. */
  lastEventId: string | undefined
  /** Asked at each beat and change: whoever is sent away comes back, and is asked for their rights again. */
  over: () => boolean
}

export function openStream({ feed, leave, lastEventId, over }: Listening): ReadableStream<Uint8Array> {
  let seen = feed.seen(lastEventId)
  let left = false
  const leaveOnce = () => {
    if (!left) leave()
    left = true
  }
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    while (!left) {
      const told = seen === undefined ? feed.snapshot() : feed.after(seen)
      if (told) {
        seen = told.seq
        return controller.enqueue(told.bytes)
      }
      const woke = await feed.next()
      if (left) return
      if (woke === 'end' || over()) {
        leaveOnce()
        return controller.close()
      }
      if (woke === 'beat') return controller.enqueue(BEAT)
    }
  }
  return new ReadableStream({ pull, cancel: leaveOnce }, { highWaterMark: 0 })
}
