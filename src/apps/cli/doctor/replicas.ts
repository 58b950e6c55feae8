// Lists the servers and runners that work on a shared store. Whether there are enough of them is the operator's to judge.

import type { Settings } from '../../../config/settings.ts'
import type { Replica } from '../../../engine/ports-replicas.ts'
import { short } from '../screen/line.ts'
import { type Check, ok, warn } from './check.ts'

/** Nothing for the embedded store: there, its one process is all there is. A database that cannot be asked is told of elsewhere. */
export async function checkReplicas({ databaseUrl }: Settings): Promise<Check[]> {
  if (!databaseUrl) return []
  const found = await readReplicas(databaseUrl.reveal()).catch(() => undefined)
  return found ? replicaChecks(found) : []
}

export function replicaChecks(found: readonly Replica[]): Check[] {
  const servers = found.filter(({ kind }) => kind === 'server')
  const runners = found.filter(({ kind }) => kind === 'runner')
  return [
    servers.length > 0
      ? ok('servers', listed(servers))
      : warn('servers', 'none: whoever deploys from a terminal drives it there', 'houston serve, on two machines'),
    ...(runners.length > 0 ? [ok('runners', listed(runners))] : []),
  ]
}

function listed(replicas: readonly Replica[]): string {
  const words = ({ name, pid, version, draining }: Replica) =>
    `${short(name)} (process ${pid}, ${short(version)}${draining ? ', draining' : ''})`
  return replicas.map(words).join(', ')
}

async function readReplicas(databaseUrl: string): Promise<Replica[]> {
  const [{ connectServer }, { readLiving }] = await Promise.all([
    import('../../../adapters/postgres/connect-server.ts'),
    import('../../../adapters/postgres/replica-rows.ts'),
  ])
  const { kysely, close } = await connectServer(databaseUrl, () => {})
  return await readLiving(kysely).finally(close)
}
