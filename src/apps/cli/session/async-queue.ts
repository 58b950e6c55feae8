// Values that arrive one by one, handed to one reader at its own pace.

export class AsyncQueue<T> {
  readonly #values: T[] = []
  #end: { error?: Error } | undefined
  #wake: () => void = () => {}

  put(value: T): void {
    this.#values.push(value)
    this.#wake()
  }

  /** The reader still gets what was put before. */
  end(error?: Error): void {
    this.#end ??= error ? { error } : {}
    this.#wake()
  }

  async *read(): AsyncGenerator<T> {
    for (;;) {
      for (let value = this.#values.shift(); value !== undefined; value = this.#values.shift()) yield value
      if (this.#end?.error) throw this.#end.error
      if (this.#end) return
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
