// What comes in from outside is a row before it is acknowledged: the port `InboxStore`, and what handles a row later.

import type { Wake } from './ports.ts'

/** Something that arrived at a door. `source` and `key` (a delivery's id) name it for ever. */
export type InboxMessage = {
  source: string
  key: string
  /** What kind of thing it is at its source, e.g. an event's name. */
  topic: string
  /** As it arrived. NULs become U+FFFD. */
  body: string
}

export type InboxState = 'waiting' | 'done' | 'failed'

/** A message in the inbox. `id` is its intent: what it causes is caused once. */
export type InboxRow = InboxMessage & {
  id: string
  state: InboxState
  /** Grows with each attempt at handling it; fences what the one who handles it writes. */
  attempt: number
  /** How often its handling was begun since it last arrived. */
  tries: number
  /** Why the last attempt failed, or what came of it. */
  note?: string
  receivedAt: number
}

/**
 * `new`: stored. `repeated`: already there, waiting or done. `again`: its handling had failed for good, it will be tried
 * again. `refused`: too large, or no proper name; nothing was stored, and the door must not acknowledge it as done.
 */
export type Received =
  | { kind: 'new' | 'repeated' | 'again'; id: string }
  | { kind: 'refused'; why: 'too-large' | 'no-name' }

export type Settlement =
  | { kind: 'done'; note?: string }
  | { kind: 'failed'; note: string }
  /** `tries`: how many of its tries count from now on. */
  | { kind: 'later'; afterMs: number; tries: number; note?: string }

/** Times are the database's. */
export interface InboxStore {
  /** When it returns, the message is committed. */
  receive(message: InboxMessage): Promise<Received>
  read(id: string): Promise<InboxRow | undefined>
  /** Begins an attempt at a waiting message that is due; `undefined` when there is nothing to do. */
  claim(id: string): Promise<InboxRow | undefined>
  /** `stale`: somebody began a later attempt; nothing was written. */
  settle(row: Pick<InboxRow, 'id' | 'attempt'>, settlement: Settlement): Promise<'noted' | 'stale'>
  /** Messages that somebody must handle now. */
  pending(): Promise<Wake[]>
  /** Messages whose handling failed for good, the newest first, without their bodies. */
  failed(limit: number): Promise<Omit<InboxRow, 'body'>[]>
  /** Forgets messages done longer ago than this; answers how many. */
  forget(olderThanMs: number): Promise<number>
}

/** The door's limit is GitHub's, 25 MiB; nothing larger is stored. */
export const MAX_BODY_BYTES = 25 * 1024 * 1024

/** The id of a message, which is also the name of its intent; `undefined` for a name that is none. */
export function inboxId({ source, key }: Pick<InboxMessage, 'source' | 'key'>): string | undefined {
  const proper = /^[a-z][a-z-]{0,29}$/.test(source) && /^[\x21-\x7e]{1,200}$/.test(key)
  return proper ? `${source}:${key}` : undefined
}

/** What came of handling a message; it throws for faults that may pass. */
export type Handled = { kind: 'done'; note?: string } | { kind: 'later'; afterMs: number }

/**
 * Handles the messages of one source. It may be called again for a message whose handling was cut off anywhere, so what it
 * does carries the message's id as its intent (`Engine.deploy`, `rollback`, `ask`). One that causes several things numbers them.
 */
export type Handler = (message: InboxRow, signal: AbortSignal) => Promise<Handled>

export type Handlers = Readonly<Record<string, Handler>>
