// The one place where adapters and engine are put together. It decides nothing: settings come in, a house comes out.

import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Tracing } from '../../adapters/otel/open-tracing.ts'
import type { Ground, OpenStore, StoreOptions } from '../../adapters/postgres/open-store.ts'
import type { SshSettings } from '../../adapters/ssh/settings.ts'
import type { Engine, EngineDeps } from '../../engine/engine.ts'
import type { Clock, Ids, Remote, Store } from '../../engine/ports.ts'
import type { Replicas } from '../../engine/ports-replicas.ts'
import type { Rounds } from '../../engine/ports-rounds.ts'
import type { Door } from '../server/door.ts'
import type { Meters } from '../server/metrics/metrics.ts'
import { systemClock } from './system-clock.ts'
import { systemIds } from './system-ids.ts'

export type House = {
  engine: Engine
  store: Store
  remote: Remote
  replicas: Replicas
  rounds: Rounds
  clock: Clock
  ids: Ids
  /** Stops the engine and closes everything. Recipes already begun on hosts go on there. */
  close(): Promise<void>
}

export type HouseOptions = {
  store: StoreOptions
  ssh: SshSettings
  /** Ways in and out besides the terminal, of a process that lives long. */
  doors?: readonly Door[]
  /** Stands between the engine and the hosts. */
  adapt?: (remote: Remote) => Remote
  /** Counts what passes. */
  meters?: Meters
  /** Tells what passes. Closed with the house. */
  traces?: Tracing
  /** A drive failed and will be tried again. */
  failed: (rollout: string, error: unknown) => void
}

/** Throws what `openStore` and `createSshRemote` throw; nothing stays open then. Nothing is driven before `engine.start()`. */
export async function openHouse(house: HouseOptions): Promise<House> {
  const { store: options, ssh, adapt, meters, traces, failed } = house
  // Imported here, not above: `houston --help` needs neither a database nor SSH.
  const [{ openStore }, { createSshRemote }, { Engine }] = await Promise.all([
    import('../../adapters/postgres/open-store.ts'),
    import('../../adapters/ssh/remote.ts'),
    import('../../engine/engine.ts'),
  ])
  const dialled = createSshRemote(ssh)
  const reached = adapt ? adapt(dialled) : dialled
  const counted = meters ? meters.remote(reached) : reached
  const local = traces ? traces.remote(counted) : counted
  const opened = await openStore(options).catch(async (error: unknown) => {
    await local.close()
    throw error
  })
  const { jobs, replicas, rounds } = opened
  meters?.opened({ backlog: opened.backlog, sessions: () => dialled.sessions() })
  const metered = meters ? meters.store(opened.store) : opened.store
  const store = traces ? traces.store(metered) : metered
  const { remote, ...more } = 'databaseUrl' in options ? await share(local, opened.ground, ssh) : { remote: local }
  const engine = new Engine({
    store,
    jobs: jobs.rollouts,
    remote,
    clock: systemClock,
    ids: systemIds,
    failed,
    ...more,
    ...works(house, { ...opened, store }, remote),
  })
  const close = async () => {
    await engine.stop()
    await remote.close()
    await opened.close()
    await traces?.close()
  }
  return { engine, store, remote, replicas, rounds, clock: systemClock, ids: systemIds, close }
}

function works({ doors = [], meters, traces }: HouseOptions, opened: OpenStore, remote: Remote): Partial<EngineDeps> {
  const { store, identity, jobs } = opened
  if (doors.length === 0) return {}
  const inbox = traces ? traces.inbox(opened.inbox) : opened.inbox
  const projections = traces ? traces.projections(opened.projections) : opened.projections
  const all = doors.map((door) => door.works({ store, remote, projections, identity }))
  const handlers = (engine: Engine) => Object.fromEntries(all.flatMap((each) => Object.entries(each.handlers(engine))))
  const surfaces = all.flatMap((each) => each.surfaces)
  const counted = meters ? surfaces.map((each) => meters.surface(each)) : surfaces
  return {
    inbox: { store: inbox, jobs: jobs.inbox, handlers },
    projections: { store: projections, jobs: jobs.projections, surfaces: counted },
  }
}

/** On a shared store hosts that name a runner are reached through it, and files of releases lie where every process finds them. */
async function share(local: Remote, ground: Ground, { cacheDirectory }: SshSettings) {
  const [{ createQueuedRemote }, { createArtefactStore }, { createRouteRemote }, { createSuppliedRemote }] =
    await Promise.all([
      import('../../adapters/postgres/runners/queued-remote.ts'),
      import('../../adapters/postgres/artefact-store.ts'),
      import('../../engine/route-remote.ts'),
      import('../../engine/supplied-remote.ts'),
    ])
  const artefacts = createArtefactStore(ground.db, cacheDirectory ?? join(tmpdir(), 'houston-artefacts'))
  const supplied = createSuppliedRemote(local, artefacts)
  return {
    remote: createRouteRemote({ local: supplied, queued: createQueuedRemote(ground) }),
    runners: true,
    artefacts,
  }
}
