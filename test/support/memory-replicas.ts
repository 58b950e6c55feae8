// The port `Replicas` in memory: nobody is ever silent.

import type { Replica, Replicas } from '../../src/engine/ports-replicas.ts'

export class MemoryReplicas implements Replicas {
  readonly #all = new Map<string, Replica>()

  async beat(replica: Replica): Promise<void> {
    this.#all.set(replica.id, { ...replica })
  }

  async living(): Promise<Replica[]> {
    return [...this.#all.values()].sort((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1))
  }

  async leave(id: string): Promise<void> {
    this.#all.delete(id)
  }
}
