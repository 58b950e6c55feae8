// What goes wrong on purpose: which requests, how often, and how. It answers nothing itself.

export type Trouble =
  /** Too many requests, for a reason that is not in the headers; `retryAfterS` as GitHub mostly says. */
  | { kind: 'secondary-limit'; retryAfterS?: number }
  /** The hour's requests are used up. */
  | { kind: 'primary-limit'; resetS: number }
  /** `after`: it was done all the same. */
  | { kind: 'error'; status: 500 | 502 | 503; when: 'before' | 'after' }
  | { kind: 'cut'; when: 'before' | 'after' }
  | { kind: 'slow'; ms: number }

export type Request = { method: string; path: string }

type Planned = { trouble: Trouble; hits: (request: Request) => boolean; times: number }

export class Troubles {
  readonly #planned: Planned[] = []
  /** How often each kind was inflicted. */
  readonly inflicted = new Map<Trouble['kind'], number>()

  /** The next `times` requests that `hits` says. */
  plan(trouble: Trouble, { hits, times }: { hits: (request: Request) => boolean; times: number }): void {
    this.#planned.push({ trouble, hits, times })
  }

  /** Nothing more goes wrong. */
  end(): void {
    this.#planned.length = 0
  }

  next(request: Request): Trouble | undefined {
    const planned = this.#planned.find(({ hits, times }) => times > 0 && hits(request))
    if (!planned) return undefined
    planned.times -= 1
    const { kind } = planned.trouble
    this.inflicted.set(kind, (this.inflicted.get(kind) ?? 0) + 1)
    return planned.trouble
  }
}

/** Writes about a repository: what GitHub counts as content, and Houston must not do twice. */
export function isContentWrite({ method, path }: Request): boolean {
  return method !== 'GET' && method !== 'HEAD' && path.startsWith('/repos/')
}

/** The most events in any stretch of so many ms; `times` in ascending order. */
export function mostWithin(times: readonly number[], windowMs: number): number {
  let first = 0
  return times.reduce((most, at, index) => {
    while ((times[first] ?? at) <= at - windowMs) first += 1
    return Math.max(most, index - first + 1)
  }, 0)
}
