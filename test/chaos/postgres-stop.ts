// Stops a test's Postgres in the ways in which one stops in life, and starts it again. Done with signals, so that nothing of
// this process stands still meanwhile.

import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { PostgresServer } from '../support/postgres-server.ts'

const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT', killed: 'SIGKILL' } as const

export type PostgresStop = keyof typeof SIGNALS

const GONE_POLL_MS = 20
const START_TRIES = 100

export async function restartPostgres(server: PostgresServer, how: PostgresStop, awayMs: number): Promise<void> {
  const pid = await postmaster(server)
  process.kill(pid, SIGNALS[how])
  while (isAlive(pid)) await delay(GONE_POLL_MS)
  await delay(awayMs)
  for (let tries = 1; ; tries += 1) {
    try {
      return server.resume()
    } catch (error) {
      // Backends of a killed server may still hold its memory for a moment.
      if (tries === START_TRIES) throw error
      await delay(GONE_POLL_MS)
    }
  }
}

async function postmaster(server: PostgresServer): Promise<number> {
  const rows = await server.query('postgres', `select split_part(pg_read_file('postmaster.pid'), chr(10), 1) as pid`)
  const pid = Number(new Map(Object.entries(rows[0] ?? {})).get('pid'))
  if (!Number.isInteger(pid) || pid < 2) throw new Error('Postgres did not say which process it is')
  return pid
}

/** A process that ended and that nobody has waited for does not count. */
function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}
