// The port `Store` over the tables. Each method is one verb of a file of its own.

import type { Store } from '../../engine/ports.ts'
import { appendAudit, readAudit } from './audit-rows.ts'
import { createRollout } from './create-rollout.ts'
import type { Database } from './database.ts'
import { readHosts, readLogs } from './host-rows.ts'
import { readLeadTimes } from './lead-time-rows.ts'
import { changeLock, readLocks } from './lock-rows.ts'
import { readAnswer, readLetters, writeLetter } from './mailbox-rows.ts'
import { readLastKnown, readRecords } from './record-rows.ts'
import { findRelease, readRan, readReleases, readWork } from './release-rows.ts'
import { countHosts, findCausedBy, listPending, listRollouts, readRollout, readVersion } from './rollout-reads.ts'
import { supersedeRollout } from './supersede-rollout.ts'
import { takeOver } from './take-over.ts'
import { readTrail } from './trail-rows.ts'
import { writeCommit } from './write-commit.ts'

export function makeStore(db: Database, close: () => Promise<void>): Store {
  return {
    create: (rollout, trail) => createRollout(db, rollout, trail),
    version: (of) => db.read((kysely) => readVersion(kysely, of)),
    takeOver: (rollout) => takeOver(db, rollout),
    supersede: (rollout, at) => supersedeRollout(db, rollout, at),
    commit: (commit) => writeCommit(db, commit),
    post: (letter) => db.read((kysely) => writeLetter(kysely, letter)),
    letters: (rollout) => db.read((kysely) => readLetters(kysely, rollout)),
    answer: (letter) => db.read((kysely) => readAnswer(kysely, letter)),
    rollout: (id) => readRollout(db, id),
    causedBy: async (intent) => {
      const id = await db.read((kysely) => findCausedBy(kysely, intent))
      return id === undefined ? undefined : await readRollout(db, id)
    },
    hosts: (rollout) => db.read(async (kysely) => await readHosts(kysely, rollout, await countHosts(kysely, rollout))),
    trail: (rollout, part) => db.read((kysely) => readTrail(kysely, rollout, part)),
    log: (rollout, host) => db.read((kysely) => readLogs(kysely, rollout, host)),
    rollouts: (filter) => db.read((kysely) => listRollouts(kysely, filter)),
    pending: () => db.read(listPending),
    lastKnown: (application, environment) => db.read((kysely) => readLastKnown(kysely, { application, environment })),
    records: (application, environment) => db.read((kysely) => readRecords(kysely, { application, environment })),
    releases: (application, environment, range) =>
      db.read((kysely) => readReleases(kysely, { application, environment }, range)),
    ran: (of) => db.read((kysely) => readRan(kysely, of)),
    where: (release, most) => db.read((kysely) => findRelease(kysely, release, most)),
    workOf: (application, environment, release) =>
      db.read((kysely) => readWork(kysely, { application, environment }, release)),
    leadTimes: (of) => db.read((kysely) => readLeadTimes(kysely, of)),
    changeLock: (place, wish) => changeLock(db, place, wish),
    locks: (place) => db.read((kysely) => readLocks(kysely, place)),
    note: (fact) => db.transaction((trx) => appendAudit(trx, [fact])),
    audit: (filter) => db.read((kysely) => readAudit(kysely, filter)),
    close,
  }
}
