// A block of lines that is painted over in place. What was printed above it stays.

import type { Channel } from './channel.ts'
import type { Line } from './line.ts'

export class Block {
  readonly #channel: Channel
  #painted = 0
  #lines: readonly Line[] = []

  constructor(channel: Channel) {
    this.#channel = channel
  }

  show(lines: readonly Line[]): void {
    this.#lines = lines
    // A block taller than the screen cannot be reached any more: its end is cut.
    const most = Math.max(1, this.#channel.size.rows - 1)
    const shown = lines.length > most ? [...lines.slice(0, most - 1), ['…']] : lines
    this.#channel.repaint(shown, this.#painted)
    this.#painted = shown.length
  }

  /** Prints lines above the block, where they stay. */
  above(lines: readonly Line[]): void {
    const block = this.#lines
    this.clear()
    this.#channel.print(lines)
    this.show(block)
  }

  clear(): void {
    this.#channel.repaint([], this.#painted)
    this.#painted = 0
    this.#lines = []
  }
}
