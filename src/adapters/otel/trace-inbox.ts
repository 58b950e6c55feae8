// Tells the handling of messages, each attempt for itself in the trace of its message. Bodies are never looked at.

import type { InboxRow, InboxStore, Settlement } from '../../engine/ports-inbox.ts'
import { type Tell, traceOf } from './span.ts'

/** The same inbox, traced. `now`: ms since 1970. */
export function traceInbox(tell: Tell, now: () => number): (store: InboxStore) => InboxStore {
  return (store) => {
    const begun = new Map<string, { row: InboxRow; at: number }>()
    return {
      receive: (message) => store.receive(message),
      read: (id) => store.read(id),
      pending: () => store.pending(),
      failed: (limit) => store.failed(limit),
      forget: (olderThanMs) => store.forget(olderThanMs),
      async claim(id) {
        const row = await store.claim(id)
        if (row) begun.set(id, { row, at: now() })
        return row
      },
      async settle(row, settlement) {
        const noted = await store.settle(row, settlement)
        const of = begun.get(row.id)
        if (of?.row.attempt !== row.attempt) return noted
        begun.delete(row.id)
        if (noted === 'noted') tellHandled(tell, { row: of.row, from: of.at, to: now() }, settlement)
        return noted
      },
    }
  }
}

type Handling = { row: InboxRow; from: number; to: number }

function tellHandled(tell: Tell, { row, from, to }: Handling, settlement: Settlement): void {
  const { id, source, topic, attempt, receivedAt } = row
  tell({
    ...{ trace: traceOf(id), name: `process ${source} ${topic}`, consumes: true, from, to },
    attributes: {
      'messaging.operation.name': 'process',
      'messaging.destination.name': source,
      'messaging.message.id': id,
      'houston.topic': topic,
      'houston.attempt': attempt,
      'houston.outcome': settlement.kind,
      'houston.waited_ms': Math.max(0, from - receivedAt),
    },
    ...(settlement.kind !== 'done' && settlement.note !== undefined && { fault: settlement.note }),
  })
}
