// Notes in the database who drove which rollout when: only for the figure of how soon another process goes on. No verdict
// comes from here.

import { z } from 'zod'
import { DRIVEN } from '../../src/engine/ports.ts'
import type { PostgresServer } from '../support/postgres-server.ts'

/** A rollout got another epoch or phase. Every process has a role of its own at the database. */
export type DriveNote = { rollout: string; epoch: number; phase: string; by: string; atMs: number }

/** `atMs` by the same wall clock. */
export type Loss = { process: string; atMs: number }

const INSTALL = `
create schema chaos;
create table chaos.note (id bigserial, rollout text, epoch float8, phase text, by text, at_ms float8);
create function chaos.note() returns trigger language plpgsql as $$ begin
  insert into chaos.note (rollout, epoch, phase, by, at_ms)
  values (new.id, new.epoch, new.phase, session_user, extract(epoch from clock_timestamp()) * 1000);
  return new;
end $$;
create trigger chaos_note after update on houston.rollout for each row
  when (old.epoch <> new.epoch or old.phase <> new.phase) execute function chaos.note();`

const rows = z.array(
  z.object({ rollout: z.string(), epoch: z.number(), phase: z.string(), by: z.string(), atMs: z.number() }),
)

/** After Houston's tables are there; \`processes\` are the roles. */
export async function installDriveLog(server: PostgresServer, database: string, processes: readonly string[]) {
  await server.query(database, INSTALL)
  for (const name of processes) await server.query(database, `create role ${name} superuser login`)
}

export async function readDriveLog(server: PostgresServer, database: string): Promise<DriveNote[]> {
  const text = 'select rollout, epoch, phase, by, at_ms as "atMs" from chaos.note order by id'
  return rows.parse(await server.query(database, text))
}

/** A rollout whose driver was lost, and that another process drove `ms` later. */
export type Resume = Loss & { rollout: string; by: string; ms: number }

/** For each rollout that a lost process drove. Those that people took away do not count. */
export function resumesOf(
  notes: readonly DriveNote[],
  losses: readonly Loss[],
  processes: readonly string[],
): Resume[] {
  const byRollout = [...Map.groupBy(notes, ({ rollout }) => rollout)]
  return losses.flatMap((loss) =>
    byRollout.flatMap(([rollout, own]) => {
      const before = own.filter(({ atMs }) => atMs <= loss.atMs)
      const last = before.at(-1)
      const epoch = last?.epoch ?? 0
      const driver = before.find((note) => note.epoch === epoch)?.by
      if (!last || driver !== loss.process || !DRIVEN.some((phase) => phase === last.phase)) return []
      const next = own.find((note) => note.epoch > epoch)
      if (!next || !processes.includes(next.by)) return []
      return [{ ...loss, rollout, by: next.by, ms: Math.round(next.atMs - loss.atMs) }]
    }),
  )
}

/** Of sorted or unsorted values; 0 of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}
