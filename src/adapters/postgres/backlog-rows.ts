// What is not done yet, counted: the port `Backlog`. Each look is at a partial index, or at a table that holds only what is open;
// none reads what has ended.

import { type Kysely, sql } from 'kysely'
import type { RolloutKind } from '../../core/plan.ts'
import { ENDED, type RolloutPhase } from '../../core/rollout.ts'
import type { Backlog, BacklogReading, Waiting } from '../../engine/ports-backlog.ts'
import type { Database } from './database.ts'
import { STATEMENT_NOW } from './database-time.ts'
import type { Tables } from './tables.ts'

export function makeBacklog(db: Database): Backlog {
  return { read: () => readBacklog(db) }
}

type Row = { count: string | number; oldest: string | number | null }
type Unended = { application: string; environment: string; kind: RolloutKind; phase: RolloutPhase }

// Written out, not bound: the planner must see that it is the index's own condition.
const ENDED_PHASES = sql.join(ENDED.map((phase) => sql.lit(phase)))

/**
 * Jobs that were done are removed: pg-boss's table is short. A projection's lag counts from the oldest change that was not told,
 * or from the first pass that left something to do.
 */
export const LOOKS = {
  rollouts: sql<Unended>`select application, environment, kind, phase from houston.rollout
    where phase not in (${ENDED_PHASES})`,
  inbox: sql<Row>`select count(*) as count, ${STATEMENT_NOW} - min(due_at) as oldest
    from houston.inbox where state = 'waiting' and due_at <= ${STATEMENT_NOW}`,
  letters: sql<Row>`select count(*) as count, ${STATEMENT_NOW} - min(at) as oldest
    from houston.mailbox where answer is null`,
  jobs: sql<Row & { queue: string }>`select name as queue, count(*) as count,
      floor(extract(epoch from statement_timestamp() - min(start_after)) * 1000) as oldest
    from houston_jobs.job where state in ('created', 'retry') and start_after <= statement_timestamp()
    group by name`,
  projections: sql<Row & { surface: string }>`select p.surface, count(*) as count,
      ${STATEMENT_NOW} - min(coalesce(p.behind_at, e.at)) as oldest
    from houston.projection p
      join houston.rollout r on r.id = p.rollout
      left join houston.rollout_event e on e.rollout = p.rollout and e.seq = least(p.seq + 1, r.trail_seq)
    where not p.settled and (p.unfinished or p.seq <> r.trail_seq or p.phase <> r.phase)
    group by p.surface`,
}

async function readBacklog(db: Database): Promise<BacklogReading> {
  const [rollouts, inbox, letters, jobs, projections] = await Promise.all([
    db.read((kysely) => LOOKS.rollouts.execute(kysely)),
    db.read((kysely) => LOOKS.inbox.execute(kysely)),
    db.read((kysely) => LOOKS.letters.execute(kysely)),
    db.read(readJobs),
    db.read((kysely) => LOOKS.projections.execute(kysely)),
  ])
  return {
    rollouts: rollouts.rows,
    inbox: toWaiting(inbox.rows[0]),
    letters: toWaiting(letters.rows[0]),
    jobs: jobs.map((row) => ({ queue: row.queue, ...toWaiting(row) })),
    projections: projections.rows.map((row) => ({ surface: row.surface, ...toWaiting(row) })),
  }
}

/** pg-boss makes its tables with the first job of a store. */
async function readJobs(db: Kysely<Tables>) {
  const made = await sql<{ job: string | null }>`select to_regclass('houston_jobs.job')::text as job`.execute(db)
  return made.rows[0]?.job ? (await LOOKS.jobs.execute(db)).rows : []
}

function toWaiting(row: Row | undefined): Waiting {
  return { count: Number(row?.count ?? 0), oldestMs: Math.max(0, Number(row?.oldest ?? 0)) }
}
