// The hosts of a rollout and their logs, as rows. A host without a row is queued and was never touched.

import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { HostState } from '../../core/rollout.ts'
import type { Commit, HostLog } from '../../engine/ports.ts'
import { chunksOf, lastByKey, ROWS_A_STATEMENT, toJson } from './json.ts'
import type { HostTable, Tables } from './tables.ts'
import { turn } from './turn.ts'

type HostRow = Omit<Selectable<HostTable>, 'rollout'>

const UNTOUCHED: HostState = { phase: 'queued', attempt: 1 }
const ROWS_A_READ = 2_000
/** UTF-16 units of log text in one statement. */
const LOG_UNITS_A_STATEMENT = 512 * 1024

export async function writeHosts(trx: Transaction<Tables>, rollout: string, hosts: Commit['hosts']): Promise<void> {
  const rows = lastByKey(hosts, (row) => row.index)
  for await (const chunk of chunksOf(rows, ROWS_A_STATEMENT)) {
    const json = toJson(chunk.map(({ index, state }) => ({ index, ...state })))
    await sql`insert into houston.rollout_host
        (rollout, host, phase, attempt, step, signature, installed, started_at, finished_at)
      select ${rollout}, x.* from json_to_recordset(${json}::json)
        as x(index integer, phase text, attempt integer, step text, signature text, installed text,
             "startedAt" bigint, "finishedAt" bigint)
      on conflict (rollout, host) do update set phase = excluded.phase, attempt = excluded.attempt,
        step = excluded.step, signature = excluded.signature, installed = excluded.installed,
        started_at = excluded.started_at, finished_at = excluded.finished_at`.execute(trx)
  }
}

export async function writeLogs(trx: Transaction<Tables>, rollout: string, logs: Commit['logs']): Promise<void> {
  const rows = lastByKey(logs, (row) => `${row.index}/${row.attempt}`)
  for await (const chunk of chunksOf(
    rows,
    LOG_UNITS_A_STATEMENT,
    ({ log }) => log.head.length + log.tail.length + 100,
  )) {
    const json = toJson(chunk.map(({ index, attempt, log }) => ({ index, attempt, ...log })))
    await sql`insert into houston.host_log (rollout, host, attempt, head, tail, cut_bytes)
      select ${rollout}, x.* from json_to_recordset(${json}::json)
        as x(index integer, attempt integer, head text, tail text, "cutBytes" bigint)
      on conflict (rollout, host, attempt) do update set head = excluded.head, tail = excluded.tail,
        cut_bytes = excluded.cut_bytes`.execute(trx)
  }
}

/** All hosts of a rollout of `count` hosts, in the plan's order. */
export async function readHosts(db: Kysely<Tables>, rollout: string, count: number): Promise<HostState[]> {
  const hosts = Array.from({ length: count }, () => UNTOUCHED)
  for (let from = 0; from < count; from += ROWS_A_READ) {
    await turn()
    for (const row of await readPage(db, rollout, from)) hosts[row.host] = toState(row)
  }
  return hosts
}

export async function readLogs(
  db: Kysely<Tables>,
  rollout: string,
  host: number,
): Promise<{ attempt: number; log: HostLog }[]> {
  const rows = await db
    .selectFrom('houston.host_log')
    .select(['attempt', 'head', 'tail', 'cut_bytes as cutBytes'])
    .where('rollout', '=', rollout)
    .where('host', '=', host)
    .orderBy('attempt')
    .execute()
  return rows.map(({ attempt, ...log }) => ({ attempt, log }))
}

/** By ranges and unsorted: a page costs what it holds, not what is left. */
function readPage(db: Kysely<Tables>, rollout: string, from: number): Promise<HostRow[]> {
  return db
    .selectFrom('houston.rollout_host')
    .select(['host', 'phase', 'attempt', 'step', 'signature', 'installed', 'started_at', 'finished_at'])
    .where('rollout', '=', rollout)
    .where('host', '>=', from)
    .where('host', '<', from + ROWS_A_READ)
    .execute()
}

function toState(row: HostRow): HostState {
  return {
    phase: row.phase,
    attempt: row.attempt,
    ...(row.step !== null && { step: row.step }),
    ...(row.signature !== null && { signature: row.signature }),
    ...(row.installed !== null && { installed: row.installed }),
    ...(row.started_at !== null && { startedAt: row.started_at }),
    ...(row.finished_at !== null && { finishedAt: row.finished_at }),
  }
}
