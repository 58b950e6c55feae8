// Which rollouts have begun, as a condition on their rows: `hasBegun` of the core in SQL.

import { sql } from 'kysely'

/** Of a row of `houston.rollout`, or one that has its cursor. */
export const HAS_BEGUN = sql<boolean>`coalesce(
  json_array_length(cursor -> 'approvals' -> 'given') >= (cursor -> 'approvals' ->> 'required')::int, true)`
