// A plan in the store: its JSON text in pieces, because a plan for 100,000 hosts has 16 MB and no statement may be long.

import type { Kysely } from 'kysely'
import type { Plan } from '../../core/plan.ts'
import { piecesOf } from './json.ts'
import type { Tables } from './tables.ts'
import { turn } from './turn.ts'

const PIECE_UNITS = 512 * 1024

export async function writePlan(db: Kysely<Tables>, rollout: string, plan: Plan): Promise<void> {
  let part = 0
  for (const text of piecesOf(JSON.stringify(plan), PIECE_UNITS)) {
    await turn()
    await db.insertInto('houston.rollout_plan').values({ rollout, part, text }).execute()
    part += 1
  }
}

export async function readPlan(db: Kysely<Tables>, rollout: string): Promise<Plan> {
  const pieces: string[] = []
  for (;;) {
    await turn()
    const piece = await db
      .selectFrom('houston.rollout_plan')
      .select('text')
      .where('rollout', '=', rollout)
      .where('part', '=', pieces.length)
      .executeTakeFirst()
    if (!piece) return JSON.parse(pieces.join(''))
    pieces.push(piece.text)
  }
}
