// Checks of this machine: Node, the data directory, the store, disk space, the clock. Changes nothing.

import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Settings } from '../../../config/settings.ts'
import { type Check, fail, ok, warn } from './check.ts'

const NEEDED_MAJOR = 24
const LEAST_FREE_BYTES = 512 * 1024 * 1024
/** No Houston was built before this. */
const BUILT_AT = Date.UTC(2026, 0, 1)

export function checkNode(version = process.versions.node): Check {
  const major = Number(version.split('.')[0])
  if (major >= NEEDED_MAJOR) return ok('Node', version)
  return fail('Node', `${version}, too old`, `npm ci in Houston's folder, or a Node of ${NEEDED_MAJOR} or newer`)
}

export function checkDirectory({ dataDirectory }: Settings): Check {
  const place = nearest(dataDirectory)
  try {
    accessSync(place, constants.W_OK)
  } catch {
    return fail('data directory', `${place} cannot be written`, `chown or chmod it, or choose another with --data`)
  }
  if (place === dataDirectory) return ok('data directory', dataDirectory)
  return ok('data directory', `${dataDirectory} will be made by the first deploy`)
}

export function checkDisk({ dataDirectory }: Settings): Check {
  const place = nearest(dataDirectory)
  const { bavail, bsize } = statfsSync(place)
  const free = bavail * bsize
  const words = `${Math.floor(free / 1024 / 1024)} MiB free at ${place}`
  return free >= LEAST_FREE_BYTES ? ok('disk', words) : fail('disk', words, 'free at least 512 MiB there')
}

export function checkClock(now: number): Check {
  const words = new Date(now).toISOString()
  return now >= BUILT_AT
    ? ok('clock', words)
    : fail('clock', `${words} is before Houston was made`, 'set the clock (timedatectl)')
}

export async function checkStore({ dataDirectory, databaseUrl }: Settings): Promise<Check> {
  if (databaseUrl) return await checkServer(databaseUrl.reveal())
  const { readHolder } = await import('../../../adapters/postgres/holder.ts')
  const holder = existsSync(dataDirectory) ? readHolder(dataDirectory) : undefined
  if (holder) {
    const since = new Date(holder.startedAt).toISOString()
    const asked =
      holder.control === undefined ? 'it only looks, and will be gone soon' : 'commands are carried out by it'
    return ok('store', `embedded, held by process ${holder.pid} since ${since}; ${asked}`)
  }
  return ok('store', existsSync(join(dataDirectory, 'store')) ? 'embedded, free' : 'embedded, not made yet')
}

async function checkServer(databaseUrl: string): Promise<Check> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 })
  try {
    await client.connect()
    const { rows } = await client.query(
      'select version() as version, extract(epoch from clock_timestamp()) * 1000 as now',
    )
    const skew = Math.abs(Number(rows[0]?.now) - Date.now())
    const words = String(rows[0]?.version).split(' ').slice(0, 2).join(' ')
    if (skew < 5_000) return ok('store', words)
    return warn(
      'store',
      `${words}; its clock differs from this one by ${Math.round(skew / 1000)} s`,
      'let both follow NTP',
    )
  } catch (error) {
    const said = error instanceof Error && error.message ? error.message : String(error)
    return {
      ...fail('store', `the database of DATABASE_URL: ${said}`, 'start it, or correct DATABASE_URL'),
      unreachable: true,
    }
  } finally {
    await client.end().catch(() => {})
  }
}

function nearest(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearest(dirname(path))
}
