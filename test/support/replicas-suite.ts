// The contract of the port `Replicas`.

import { expect, it } from 'vitest'
import type { Replica, Replicas } from '../../src/engine/ports-replicas.ts'

export function replicaOf(id: string, over: Partial<Replica> = {}): Replica {
  const self = { name: 'web', host: 'web', pid: 1, version: '0.1.0', startedAt: 1, draining: false }
  return { id, kind: 'server', ...self, ...over }
}

export function replicasSuite(open: () => Replicas): void {
  it('lists whoever said that it lives, oldest first, once each', async () => {
    const replicas = open()
    const [young, old] = [replicaOf('young', { startedAt: 9 }), replicaOf('old', { kind: 'runner', startedAt: 3 })]
    for (const one of [young, old, young]) await replicas.beat(one)
    expect(await replicas.living()).toEqual([old, young])
    await replicas.beat({ ...old, draining: true })
    expect((await replicas.living())[0]).toEqual({ ...old, draining: true })
    await replicas.leave('old')
    expect(await replicas.living()).toEqual([young])
    await replicas.leave('young')
    expect(await replicas.living()).toEqual([])
  })
}
