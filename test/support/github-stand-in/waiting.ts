// Waits for something to become true of the stand-in, without polling: it is looked at again after each request.

const LONGEST_MS = 25_000

export class Waiting {
  readonly #looks = new Set<() => void>()

  look(): void {
    for (const look of this.#looks) look()
  }

  until<A>(what: string, probe: () => A | undefined | false): Promise<A> {
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(late)
        this.#looks.delete(look)
      }
      const look = () => {
        const found = probe()
        if (found === undefined || found === false) return
        end()
        resolve(found)
      }
      const late = setTimeout(() => {
        end()
        reject(new Error(`not within ${LONGEST_MS / 1_000} s: ${what}`))
      }, LONGEST_MS)
      this.#looks.add(look)
      look()
    })
  }
}
