// Faults on demand: the next calls of a method are answered as Slack answers on a bad day. What it does not name works.

/** `cut`: `after` it was carried out, or `before`. `error`: an answer of Slack's such as `invalid_blocks`. */
export type Trouble =
  | { kind: 'limited'; retryAfterS: number }
  | { kind: 'status'; status: number }
  | { kind: 'cut'; when: 'before' | 'after' }
  | { kind: 'error'; error: string; messages?: readonly string[] }
  | { kind: 'hang' }

type Planned = { method: string; left: number; trouble: Trouble }

export class Troubles {
  #planned: Planned[] = []
  /** Every connection is cut at once. */
  outage = false

  /** `method`: of the Web API, `response_url`, or `*` for whatever comes. */
  plan(method: string, trouble: Trouble, times = 1): void {
    this.#planned.push({ method, trouble, left: times })
  }

  /** How many are still to come. */
  get left(): number {
    return this.#planned.reduce((sum, { left }) => sum + left, 0)
  }

  take(method: string): Trouble | undefined {
    if (this.outage) return { kind: 'cut', when: 'before' }
    const found = this.#planned.find((each) => each.left > 0 && (each.method === method || each.method === '*'))
    if (!found) return undefined
    found.left -= 1
    return found.trouble
  }

  clear(): void {
    this.outage = false
    this.#planned = []
  }
}
