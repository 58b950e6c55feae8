// What people were told by Houston, and when: the claims that the hosts' records are held against. It asks nobody itself.

/** Times are on the clock of the hosts' records. */
export type Claim =
  | Quiet
  /** A person let failed hosts have another attempt. */
  | { kind: 'retry'; rollout: string }
  /** "It was started": acknowledged. */
  | { kind: 'started'; rollout: string; environment: string }
  /** "It stands like this", at the end of the run. `phase` is absent when Houston does not know it. */
  | { kind: 'result'; rollout: string; phase?: string; succeeded: number; planned: number }

/** "No host begins with it any more": from the moment that somebody was told so, until somebody asked it to go on. */
type Quiet = { kind: 'quiet'; rollout: string; why: string; fromMs: number; untilMs?: number }

export class Claims {
  readonly #claims: Claim[] = []
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  get all(): readonly Claim[] {
    return this.#claims
  }

  add(claim: Exclude<Claim, Quiet>): void {
    this.#claims.push(claim)
  }

  /** Said once is enough: until `goesOn` more of the same add nothing. */
  quiet(rollout: string, why: string): void {
    if (!this.#open(rollout)) this.#claims.push({ kind: 'quiet', rollout, why, fromMs: this.#now() })
  }

  /** To be called before the request is sent: it may be obeyed without an acknowledgement. */
  goesOn(rollout: string): void {
    const open = this.#open(rollout)
    if (open) open.untilMs = this.#now()
  }

  #open(rollout: string) {
    return this.#claims.find(
      (claim): claim is Quiet => claim.kind === 'quiet' && claim.rollout === rollout && claim.untilMs === undefined,
    )
  }
}
