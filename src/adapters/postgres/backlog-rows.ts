// What is not done yet, counted: the port `Backlog`. Each statement looks at a partial index, or at a table that holds only what
// is open; none reads what has ended.

import { type Kysely, sql } from 'kysely'
import type { RolloutKind } from '../../core/plan.ts'
import { ENDED, type RolloutPhase } from '../../core/rollout.ts'
import type { Backlog, BacklogReading, Waiting } from '../../engine/ports-backlog.ts'
import type { Database } from './database.ts'
import { STATEMENT_NOW } from './database-time.ts'
import type { Tables } from './tables.ts'

export function makeBacklog(db: Database): Backlog {
  return { read: () => db.read(readBacklog) }
}

async function readBacklog(db: Kysely<Tables>): Promise<BacklogReading> {
  return {
    rollouts: await readUnended(db),
    inbox: await readInbox(db),
    letters: await readLetters(db),
    jobs: await readJobs(db),
    projections: await readProjections(db),
  }
}

type Row = { count: string | number; oldest: string | number | null }

function toWaiting({ count, oldest }: Row): Waiting {
  return { count: Number(count), oldestMs: Math.max(0, Number(oldest ?? 0)) }
}

async function readUnended(db: Kysely<Tables>): Promise<BacklogReading['rollouts']> {
  // Written out, not bound: the planner must see that it is the index's own condition.
  const ended = sql.join(ENDED.map((phase) => sql.lit(phase)))
  const { rows } = await sql<{ application: string; environment: string; kind: RolloutKind; phase: RolloutPhase }>`
    select application, environment, kind, phase from houston.rollout where phase not in (${ended})`.execute(db)
  return rows
}

async function readInbox(db: Kysely<Tables>): Promise<Waiting> {
  const { rows } = await sql<Row>`select count(*) as count, ${STATEMENT_NOW} - min(due_at) as oldest
    from houston.inbox where state = 'waiting' and due_at <= ${STATEMENT_NOW}`.execute(db)
  return toWaiting(rows[0] ?? { count: 0, oldest: null })
}

async function readLetters(db: Kysely<Tables>): Promise<Waiting> {
  const { rows } = await sql<Row>`select count(*) as count, ${STATEMENT_NOW} - min(at) as oldest
    from houston.mailbox where answer is null`.execute(db)
  return toWaiting(rows[0] ?? { count: 0, oldest: null })
}

/** Jobs that were done are removed: pg-boss's table is short. */
async function readJobs(db: Kysely<Tables>): Promise<BacklogReading['jobs']> {
  const { rows } = await sql<Row & { queue: string }>`select name as queue, count(*) as count,
      floor(extract(epoch from statement_timestamp() - min(start_after)) * 1000) as oldest
    from houston_jobs.job where state in ('created', 'retry') and start_after <= statement_timestamp()
    group by name`.execute(db)
  return rows.map((row) => ({ queue: row.queue, ...toWaiting(row) }))
}

/** The oldest change that was not told, or the first pass that left something to do. */
async function readProjections(db: Kysely<Tables>): Promise<BacklogReading['projections']> {
  const { rows } = await sql<Row & { surface: string }>`select p.surface, count(*) as count,
      ${STATEMENT_NOW} - min(coalesce(p.behind_at, e.at)) as oldest
    from houston.projection p
      join houston.rollout r on r.id = p.rollout
      left join houston.rollout_event e on e.rollout = p.rollout and e.seq = least(p.seq + 1, r.trail_seq)
    where not p.settled and (p.unfinished or p.seq <> r.trail_seq or p.phase <> r.phase)
    group by p.surface`.execute(db)
  return rows.map((row) => ({ surface: row.surface, ...toWaiting(row) }))
}
