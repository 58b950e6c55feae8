// The jobs as they are in the database: one per key, queued or leased. A lease that nobody renews is over.

import type { Wake } from '../../src/engine/ports.ts'

export const LEASE_MS = 10_000

export type Lease = { id: string; key: string; number: number }
type Job = { id: string; lease?: number; until: number }

export class LeaseQueue {
  readonly #jobs = new Map<string, Job>()
  readonly #now: () => number
  #last = 0

  constructor(now: () => number) {
    this.#now = now
  }

  get size(): number {
    return this.#jobs.size
  }

  add({ id, key }: Wake): void {
    if (!this.#jobs.has(key)) this.#jobs.set(key, { id, until: 0 })
  }

  addAll(wakes: readonly Wake[]): void {
    for (const wake of wakes) this.add(wake)
  }

  /** Whatever nobody holds is leased to the caller. */
  take(): Lease[] {
    const free = [...this.#jobs].filter(([, { lease, until }]) => lease === undefined || until < this.#now())
    return free.map(([key, job]) => {
      job.lease = ++this.#last
      job.until = this.#now() + LEASE_MS
      return { id: job.id, key, number: job.lease }
    })
  }

  /** Answers those that are lost. */
  renew(leases: readonly Lease[]): Lease[] {
    return leases.filter((lease) => {
      const job = this.#heldBy(lease)
      if (job) job.until = this.#now() + LEASE_MS
      return !job
    })
  }

  remove(lease: Lease): void {
    if (this.#heldBy(lease)) this.#jobs.delete(lease.key)
  }

  giveBack(lease: Lease): void {
    const job = this.#heldBy(lease)
    if (job) delete job.lease
  }

  #heldBy({ key, number }: Lease): Job | undefined {
    const job = this.#jobs.get(key)
    return job?.lease === number && job.until >= this.#now() ? job : undefined
  }
}
