// An environment's row, read from the store: what its hosts run, its newest rollout, its locks. And what changes with it, cheaply.

import type { Target } from '../../core/command.ts'
import type { Store } from '../../engine/ports.ts'
import { summaryOf } from '../api/summary.ts'
import { type EnvironmentRow, releasesOf } from '../view/environment-row.ts'

export type EnvironmentStore = Pick<Store, 'version' | 'records' | 'rollouts' | 'locks'>

export async function readEnvironment(store: Omit<EnvironmentStore, 'version'>, of: Target): Promise<EnvironmentRow> {
  const { application, environment } = of
  const [records, [latest], { locks }] = await Promise.all([
    store.records(application, environment),
    store.rollouts({ application, environment, limit: 1 }),
    store.locks({ application, environment }),
  ])
  return {
    ...{ application, environment, releases: releasesOf(records), hosts: records.length },
    unwell: records.filter(({ health }) => health !== 'healthy').length,
    ...(latest && { latest: summaryOf(latest) }),
    locks,
  }
}

/** Another text when the row may be another one. */
export async function stampOf(store: EnvironmentStore, { application, environment }: Target): Promise<string> {
  const of = { application, environment }
  const [version, { locks }] = await Promise.all([store.version(of), store.locks(of)])
  return JSON.stringify([version, locks])
}
