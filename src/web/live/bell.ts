// Wakes all who wait at once, with one promise for all of them.

/** What somebody who waits hears: there is more, the connection lives, or nothing will come any more. */
export type Woke = 'change' | 'beat' | 'end'

export class Bell {
  #waiting = Promise.withResolvers<Woke>()
  #ended = false

  next(): Promise<Woke> {
    return this.#ended ? Promise.resolve('end') : this.#waiting.promise
  }

  ring(woke: Woke): void {
    if (woke === 'end') this.#ended = true
    const { resolve } = this.#waiting
    this.#waiting = Promise.withResolvers<Woke>()
    resolve(woke)
  }
}
