// The port `InboxStore` in memory. Its clock is its maker's.

import {
  type InboxMessage,
  type InboxRow,
  type InboxStore,
  inboxId,
  MAX_BODY_BYTES,
  type Received,
  type Settlement,
} from '../../engine/ports-inbox.ts'

type Kept = { row: InboxRow; dueAt: number; settledAt?: number }

export class MemoryInbox implements InboxStore {
  readonly #rows = new Map<string, Kept>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** Nothing waits, due or not. */
  get isHandled(): boolean {
    return [...this.#rows.values()].every(({ row }) => row.state !== 'waiting')
  }

  async receive(message: InboxMessage): Promise<Received> {
    const id = inboxId(message)
    if (id === undefined) return { kind: 'refused', why: 'no-name' }
    if (Buffer.byteLength(message.body) > MAX_BODY_BYTES) return { kind: 'refused', why: 'too-large' }
    const kept = this.#rows.get(id)
    if (kept && kept.row.state !== 'failed') return { kind: 'repeated', id }
    const now = this.#now()
    if (kept) {
      this.#rows.set(id, { row: { ...kept.row, state: 'waiting', tries: 0 }, dueAt: now })
      return { kind: 'again', id }
    }
    const { source, key, topic, body } = message
    const texts = { source, key, topic: toText(topic), body: toText(body) }
    this.#rows.set(id, {
      row: { id, ...texts, state: 'waiting', attempt: 0, tries: 0, receivedAt: now },
      dueAt: now,
    })
    return { kind: 'new', id }
  }

  async read(id: string): Promise<InboxRow | undefined> {
    return structuredClone(this.#rows.get(id)?.row)
  }

  async claim(id: string): Promise<InboxRow | undefined> {
    const kept = this.#rows.get(id)
    if (kept?.row.state !== 'waiting' || kept.dueAt > this.#now()) return undefined
    kept.row = { ...kept.row, attempt: kept.row.attempt + 1, tries: kept.row.tries + 1 }
    return structuredClone(kept.row)
  }

  async settle({ id, attempt }: Pick<InboxRow, 'id' | 'attempt'>, settlement: Settlement): Promise<'noted' | 'stale'> {
    const kept = this.#rows.get(id)
    if (!kept || kept.row.attempt !== attempt || kept.row.state !== 'waiting') return 'stale'
    const { note: _note, ...row } = kept.row
    const note = settlement.note !== undefined && { note: toText(settlement.note) }
    if (settlement.kind === 'later') {
      this.#rows.set(id, {
        row: { ...row, ...note, tries: settlement.tries },
        dueAt: this.#now() + Math.ceil(settlement.afterMs),
      })
    } else {
      const settledAt = this.#now()
      this.#rows.set(id, { row: { ...row, ...note, state: settlement.kind }, dueAt: kept.dueAt, settledAt })
    }
    return 'noted'
  }

  async pending(): Promise<{ id: string; key: string }[]> {
    const now = this.#now()
    const due = [...this.#rows.values()].filter(({ row, dueAt }) => row.state === 'waiting' && dueAt <= now)
    return due.sort((a, b) => a.dueAt - b.dueAt).map(({ row }) => ({ id: row.id, key: row.id }))
  }

  async failed(limit: number): Promise<Omit<InboxRow, 'body'>[]> {
    const rows = [...this.#rows.values()].filter(({ row }) => row.state === 'failed')
    const newest = rows.sort((a, b) => (b.settledAt ?? 0) - (a.settledAt ?? 0)).slice(0, limit)
    return newest.map(({ row: { body: _body, ...row } }) => row)
  }

  async forget(olderThanMs: number): Promise<number> {
    const before = this.#now() - olderThanMs
    const old = [...this.#rows.values()].filter(
      ({ row, settledAt }) => row.state === 'done' && (settledAt ?? before) < before,
    )
    for (const { row } of old) this.#rows.delete(row.id)
    return old.length
  }
}

function toText(text: string): string {
  return text.replaceAll('\0', '\ufffd').toWellFormed()
}
