// What a test of the adapter begins with: a rollout's work with a few defaults, and the reports of a session as promises.

import type { Host } from '../../../src/core/fleet.ts'
import type { HostWork, Recipe } from '../../../src/core/recipe.ts'
import type { Release } from '../../../src/core/release.ts'
import type { HostReport, Remote, RemoteSession, RolloutWork } from '../../../src/engine/ports.ts'

export type Wish = {
  hosts: readonly Host[]
  directory: string
  recipe?: Partial<Recipe>
  release?: Partial<Release>
  rollout?: string
  epoch?: number
  preempt?: boolean
  keep?: number
}

export function workOf(wish: Wish): RolloutWork {
  const work: HostWork = {
    application: 'shop',
    environment: 'test',
    release: { id: 'r1', artefact: { kind: 'none' }, variables: {}, ...wish.release },
    recipe: { scripts: {}, timeoutMs: 20_000, ...wish.recipe },
    directory: wish.directory,
    keep: wish.keep ?? 3,
  }
  return {
    rollout: wish.rollout ?? 'a1',
    epoch: wish.epoch ?? 1_000,
    work,
    hosts: wish.hosts.map((host) => ({ host, zone: 'zone-a' })),
    preempt: wish.preempt ?? false,
  }
}

export type Running = {
  session: RemoteSession
  reports: HostReport[]
  /** Resolves with the report that ends the claim of this host. */
  ended(host?: number): Promise<HostReport>
  /** Resolves when a report fits. */
  seen(fits: (report: HostReport) => boolean): Promise<HostReport>
}

/** Opens a session and claims every host once. */
export function begin(remote: Remote, work: RolloutWork, attempt = 1): Running {
  const running = listen(remote, work)
  running.session.run(work.hosts.map((_, host) => ({ host, attempt, mayBegin: true })))
  return running
}

export function listen(remote: Remote, work: RolloutWork): Running {
  const reports: HostReport[] = []
  const waiting = new Set<() => void>()
  const session = remote.open(work, (batch) => {
    reports.push(...batch)
    for (const look of [...waiting]) look()
  })
  const seen: Running['seen'] = (fits) =>
    new Promise((resolve) => {
      const look = () => {
        const found = reports.find(fits)
        if (!found) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
    })
  return {
    session,
    reports,
    seen,
    ended: (host = 0) => seen((report) => report.host === host && report.kind !== 'host-step'),
  }
}
