// One of the two streams of a terminal, and what it can show. The only place that writes to them.

import type { Line } from './line.ts'
import { paintLine } from './paint.ts'

/** As much of a writable stream as is needed. */
export type Stream = { write(text: string): unknown; isTTY?: boolean; columns?: number; rows?: number }

/** The environment variables; `TERM`, `CI` and `NO_COLOR` count. */
export type Environment = Readonly<Record<string, string | undefined>>

export class Channel {
  readonly #stream: Stream
  readonly #env: Environment

  constructor(stream: Stream, env: Environment) {
    this.#stream = stream
    this.#env = env
  }

  /** Somebody reads along. */
  get terminal(): boolean {
    return this.#stream.isTTY === true
  }

  /** Something may be painted over in place. */
  get animated(): boolean {
    return this.#stream.isTTY === true && this.#env.TERM !== 'dumb' && !this.#env.CI
  }

  /** https://no-color.org: any value but the empty one turns colour off. */
  get colour(): boolean {
    if (this.#env.NO_COLOR) return false
    return this.#stream.isTTY === true && this.#env.TERM !== 'dumb'
  }

  get size(): { columns: number; rows: number } {
    return { columns: this.#stream.columns || 80, rows: this.#stream.rows || 24 }
  }

  print(lines: readonly Line[]): void {
    if (lines.length === 0) return
    const look = { colour: this.colour }
    this.#stream.write(`${lines.map((line) => paintLine(line, look)).join('\n')}\n`)
  }

  /** For a reader of lines, which writes its prompt itself. */
  paint(line: Line): string {
    return paintLine(line, { colour: this.colour })
  }

  /** Replaces the last `over` lines. None of the new ones wraps, so that they can be replaced too. */
  repaint(lines: readonly Line[], over: number): void {
    const look = { colour: this.colour, width: this.size.columns - 1 }
    const up = over > 0 ? `\x1b[${over}A\r\x1b[J` : ''
    this.#stream.write(`${up}${lines.map((line) => `${paintLine(line, look)}\n`).join('')}`)
  }

  /** Text of Houston's own, or escaped already: a schema, a completion script, a log. */
  raw(text: string): void {
    this.#stream.write(text)
  }
}
