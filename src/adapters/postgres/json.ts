// JSON text that Postgres takes whatever a host or a person wrote into it, and pieces of it that keep statements short.

import { turn } from './turn.ts'

/**
 * NULs and lone surrogates, which Postgres cannot hold as text, become U+FFFD; everything else is kept.
 * `JSON.stringify` writes both as escapes, so the rare text that has one is found without parsing.
 */
export function toJson(value: unknown): string {
  const json = JSON.stringify(value)
  if (!/\\u(0000|d)/.test(json)) return json
  return json.replace(/\\(u0000|ud[89a-f][0-9a-f]{2}|.)/g, (whole, code) => (code.length > 1 ? '\\ufffd' : whole))
}

/** The same for a value that is compared with, not stored. */
export function toText(text: string): string {
  return text.replaceAll('\0', '\ufffd').toWellFormed()
}

/** Enough to make rows cheap, few enough that the embedded store holds the event loop for some 10 ms only. */
export const ROWS_A_STATEMENT = 1_000

/** Cuts text into pieces of at most `size` UTF-16 units, never in the middle of a character. */
export function* piecesOf(text: string, size: number): Generator<string> {
  for (let from = 0; from < text.length; ) {
    let to = Math.min(from + size, text.length)
    if (to < text.length && /[\ud800-\udbff]/.test(text.charAt(to - 1))) to -= 1
    yield text.slice(from, to)
    from = to
  }
}

/** Groups rows for one statement each, none heavier than `limit` unless a single row is. The event loop turns in between. */
export async function* chunksOf<Row>(
  rows: readonly Row[],
  limit: number,
  weigh: (row: Row) => number = () => 1,
): AsyncGenerator<Row[]> {
  let chunk: Row[] = []
  let weight = 0
  for (const row of rows) {
    const added = weigh(row)
    if (chunk.length > 0 && weight + added > limit) {
      await turn()
      yield chunk
      chunk = []
      weight = 0
    }
    chunk.push(row)
    weight += added
  }
  if (chunk.length === 0) return
  await turn()
  yield chunk
}

/** One row a key, the last one: a statement must not touch a row twice. */
export function lastByKey<Row>(rows: readonly Row[], keyOf: (row: Row) => string | number): Row[] {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()]
}
