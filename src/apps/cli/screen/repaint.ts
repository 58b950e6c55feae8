// A block of lines that is painted over in place. What was printed above it stays.

import type { Channel } from './channel.ts'
import type { Line } from './line.ts'

export class Block {
  readonly #channel: Channel
  #painted = 0

  constructor(channel: Channel) {
    this.#channel = channel
  }

  show(lines: readonly Line[]): void {
    // A block taller than the screen cannot be reached any more: its end is cut.
    const most = Math.max(1, this.#channel.size.rows - 1)
    const shown = lines.length > most ? [...lines.slice(0, most - 1), ['…']] : lines
    this.#channel.repaint(shown, this.#painted)
    this.#painted = shown.length
  }

  /** Prints lines above the block; the next `show` paints it again below them. */
  above(lines: readonly Line[]): void {
    this.#channel.repaint(lines, this.#painted)
    this.#painted = 0
  }
}
