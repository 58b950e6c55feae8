// The port `Rounds` over one table. One statement decides who gets a round.

import { sql } from 'kysely'
import type { Rounds } from '../../engine/ports-rounds.ts'
import type { Database } from './database.ts'
import { STATEMENT_NOW } from './database-time.ts'

export function makeRounds(db: Database): Rounds {
  return {
    begin: (name, everyMs) =>
      db.read(async (kysely) => {
        const due_at = sql<number>`${STATEMENT_NOW} + ${Math.ceil(everyMs)}::bigint`
        const row = await kysely
          .insertInto('houston.round')
          .values({ name, since_at: STATEMENT_NOW, due_at })
          .onConflict((conflict) =>
            conflict.column('name').doUpdateSet({ due_at }).where('houston.round.due_at', '<=', STATEMENT_NOW),
          )
          .returning(['since_at as since', STATEMENT_NOW.as('now')])
          .executeTakeFirst()
        return row
      }),
    finish: (name, until) =>
      db.read(async (kysely) => {
        await kysely
          .updateTable('houston.round')
          .set({ since_at: sql<number>`greatest(since_at, ${until}::bigint)` })
          .where('name', '=', name)
          .execute()
      }),
  }
}
