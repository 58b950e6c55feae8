// Engine, store in memory and SSH, put together for one job. It decides nothing.

import { MemoryJobs } from '../../../src/adapters/memory/jobs.ts'
import { MemoryStore } from '../../../src/adapters/memory/store.ts'
import { createSshRemote } from '../../../src/adapters/ssh/remote.ts'
import type { SshSettings } from '../../../src/adapters/ssh/settings.ts'
import { systemClock } from '../../../src/apps/cli/system-clock.ts'
import { systemIds } from '../../../src/apps/cli/system-ids.ts'
import { Engine } from '../../../src/engine/engine.ts'
import type { Remote } from '../../../src/engine/ports.ts'
import { rolloutWake } from '../../../src/engine/ports.ts'
import type { Surface } from '../../../src/engine/ports-outside.ts'

export type DirectHouse = {
  engine: Engine
  store: MemoryStore
  remote: Remote
  /** Waits until all is told, at most `ms`; then lets go. */
  close(ms: number): Promise<void>
}

export type HouseOptions = {
  ssh: SshSettings
  surfaces: readonly Surface[]
  failed: (what: string, error: unknown) => void
}

const LOOK_MS = 50

/** Throws an `IdentityError` when the key cannot be used. Nothing is driven before `engine.start()`. */
export function openDirectHouse({ ssh, surfaces, failed }: HouseOptions): DirectHouse {
  // Its worker threads need files of their own beside the program; a job has one rollout and nothing else to answer.
  const remote = createSshRemote({ ...ssh, workers: 0 })
  const store = new MemoryStore()
  const { projections } = store
  const jobs = new MemoryJobs(async () => (await store.pending()).map(rolloutWake))
  const told = { store: projections, jobs: new MemoryJobs(() => projections.pending()), surfaces }
  const engine = new Engine({
    ...{ store, jobs, remote, clock: systemClock, ids: systemIds, failed },
    ...(surfaces.length > 0 && { projections: told }),
  })
  return {
    ...{ engine, store, remote },
    async close(ms) {
      const until = systemClock.monotonic() + ms
      while (!projections.isUpToDate && systemClock.monotonic() < until)
        await new Promise<void>((resolve) => systemClock.after(LOOK_MS, resolve))
      await engine.stop()
      await remote.close()
    },
  }
}
