// The App's webhook: signed deliveries that may be held back, sent twice, shuffled or lost, and sent again when asked. As
// GitHub's, it never repeats one by itself, and keeps the number of a delivery over its attempts.

import { createHmac, randomUUID } from 'node:crypto'

export type Delivery = { guid: string; event: string; body: string }

type Attempt = { id: number; delivery: Delivery; at: number; status: number; redelivery: boolean }

export type HookOptions = { secret: string; events: readonly string[]; nextId: () => number; now: () => number }

/** GitHub's patience. */
const ANSWER_WITHIN_MS = 10_000
/** What GitHub writes down when nobody answered. */
const NOBODY = 502

export class Hook {
  readonly #options: HookOptions
  readonly #attempts: Attempt[] = []
  readonly #flying = new Set<Promise<unknown>>()
  #held: Delivery[] | undefined
  /** Where the App says that it is; until then nothing arrives. */
  url: string | undefined
  /** Deliveries that get lost on their way. */
  loses: (delivery: Delivery) => boolean = () => false

  constructor(options: HookOptions) {
    this.#options = options
  }

  /** Only events that the App subscribed to. */
  send(event: string, payload: object): void {
    if (!this.#options.events.includes(event)) return
    const delivery = { guid: randomUUID(), event, body: JSON.stringify(payload) }
    if (this.#held) this.#held.push(delivery)
    else void this.attempt(delivery)
  }

  /** From now on deliveries wait. */
  hold(): void {
    this.#held ??= []
  }

  /** Sends what waited, in the order that `arrange` makes of it; it may repeat some. Resolves with the answers. */
  async letGo(arrange: (held: readonly Delivery[]) => readonly Delivery[] = (held) => held): Promise<number[]> {
    const held = this.#held ?? []
    this.#held = undefined
    return await Promise.all(arrange(held).map((delivery) => this.attempt(delivery)))
  }

  attempt(delivery: Delivery, redelivery = false): Promise<number> {
    const done = this.#post(delivery).then((status) => {
      const { nextId, now } = this.#options
      this.#attempts.unshift({ id: nextId(), delivery, at: now(), status, redelivery })
      return status
    })
    this.#flying.add(done)
    return done.finally(() => this.#flying.delete(done))
  }

  /** false: there is no such attempt. */
  redeliver(attempt: number): boolean {
    const found = this.#attempts.find(({ id }) => id === attempt)
    if (found) void this.attempt(found.delivery, true)
    return found !== undefined
  }

  async idle(): Promise<void> {
    while (this.#flying.size > 0) await Promise.all(this.#flying)
  }

  /** As GitHub lists them: the newest first. */
  attempts() {
    return this.#attempts.map(({ id, delivery, at, status, redelivery }) => ({
      ...{ id, guid: delivery.guid, event: delivery.event, redelivery, status_code: status, duration: 0.1 },
      ...{ delivered_at: new Date(at).toISOString(), status: status < 300 ? 'OK' : `failed (${status})`, action: null },
      ...{ installation_id: null, repository_id: null, throttled_at: null },
    }))
  }

  async #post(delivery: Delivery): Promise<number> {
    if (this.url === undefined || this.loses(delivery)) return NOBODY
    const signature = createHmac('sha256', this.#options.secret).update(delivery.body).digest('hex')
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/0000000',
      'x-github-delivery': delivery.guid,
      'x-github-event': delivery.event,
      'x-hub-signature-256': `sha256=${signature}`,
    }
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
    const answer = await fetch(this.url, { method: 'POST', headers, body: delivery.body, signal }).catch(
      () => undefined,
    )
    await answer?.arrayBuffer().catch(() => undefined)
    return answer?.status ?? NOBODY
  }
}
