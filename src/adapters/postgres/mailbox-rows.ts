// Letters and their answers, as rows. Only a commit answers.

import { type Kysely, sql, type Transaction } from 'kysely'
import { auditOfAsk } from '../../core/audit.ts'
import type { Answer } from '../../core/intent.ts'
import type { Commit, Letter } from '../../engine/ports.ts'
import type { Place } from '../../engine/ports-locks.ts'
import { appendAudit } from './audit-rows.ts'
import { chunksOf, ROWS_A_STATEMENT, toJson } from './json.ts'
import type { Tables } from './tables.ts'

/**
 * Posting a letter again changes nothing. A letter may set an ended rollout going, so where it is told of is looked at
 * again.
 */
export async function writeLetter(db: Kysely<Tables>, letter: Letter): Promise<void> {
  const { by, ask, ...rest } = letter
  await db
    .with('reopened', (cte) =>
      cte.updateTable('houston.projection').set({ settled: false }).where('rollout', '=', letter.rollout),
    )
    .insertInto('houston.mailbox')
    .values({ ...rest, by: toJson(by), ask: toJson(ask), answer: null })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}

/** Answers letters, once each, with the audit rows of those that this answered. */
export async function writeAnswers(trx: Transaction<Tables>, place: Place, answers: Commit['answers']): Promise<void> {
  for await (const chunk of chunksOf(answers, ROWS_A_STATEMENT)) {
    const { rows } = await sql<
      Omit<Letter, 'at'> & { answer: Answer }
    >`update houston.mailbox as m set answer = x.answer
      from json_to_recordset(${toJson(chunk)}::json) as x(id text, answer json)
      where m.id = x.id and m.answer is null
      returning m.id, m.rollout, m.by, m.ask, m.answer`.execute(trx)
    const facts = rows.map(({ answer, ...letter }) => auditOfAsk(place, letter, answer))
    await appendAudit(trx, facts)
  }
}

export async function readLetters(db: Kysely<Tables>, rollout: string): Promise<Letter[]> {
  return await db
    .selectFrom('houston.mailbox')
    .select(['id', 'rollout', 'by', 'ask', 'at'])
    .where('rollout', '=', rollout)
    .where('answer', 'is', null)
    .orderBy('seq')
    .execute()
}

export async function readAnswer(db: Kysely<Tables>, letter: string): Promise<Answer | undefined> {
  const row = await db.selectFrom('houston.mailbox').select('answer').where('id', '=', letter).executeTakeFirst()
  return row?.answer ?? undefined
}
