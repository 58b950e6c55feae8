// The port `Artefacts` over the tables: the bytes of a release in parts, written once, fetched by SHA-256 and checked. On a
// shared store only; the embedded one leaves files where they are.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { sql, type Transaction } from 'kysely'
import type { Artefact } from '../../core/release.ts'
import type { Artefacts } from '../../engine/ports-artefacts.ts'
import { HAS_BEGUN } from './begun-rows.ts'
import type { Database } from './database.ts'
import type { Tables } from './tables.ts'

type PathArtefact = Extract<Artefact, { kind: 'path' }>

const PART_BYTES = 1024 * 1024
/** What the last so many rollouts of an environment brought stays: a rollback may want it. */
const ROLLOUTS_KEPT = 20
/** Longer than it takes from keeping a file to the rollout that needs it. */
const YOUNG_HOURS = 24

/** `directory`: where fetched files are kept, by their SHA-256. */
export function createArtefactStore(db: Database, directory: string): Artefacts {
  const fetching = new Map<string, Promise<string>>()
  const fetchOnce = (artefact: PathArtefact) => {
    const known = fetching.get(artefact.sha256)
    if (known) return known
    const file = fetchFile(db, artefact, directory).finally(() => fetching.delete(artefact.sha256))
    fetching.set(artefact.sha256, file)
    return file
  }
  return {
    async keep(artefact) {
      if (artefact.kind === 'path') await db.transaction((trx) => write(trx, artefact))
    },
    async present(artefact) {
      if (artefact.kind !== 'path' || (await isHere(artefact.file, artefact))) return artefact
      return { ...artefact, file: await fetchOnce(artefact) }
    },
  }
}

async function write(trx: Transaction<Tables>, { file, sha256 }: PathArtefact): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('houston.artefact')
    .set({ kept_at: sql`clock_timestamp()` })
    .where('sha256', '=', sha256)
    .executeTakeFirst()
  if (numUpdatedRows > 0n) return
  const hash = createHash('sha256')
  let part = 0
  for await (const bytes of createReadStream(file, { highWaterMark: PART_BYTES })) {
    hash.update(bytes)
    await trx
      .insertInto('houston.artefact')
      .values({ sha256, part, bytes })
      .onConflict((conflict) => conflict.columns(['sha256', 'part']).doNothing())
      .execute()
    part += 1
  }
  if (hash.digest('hex') !== sha256) throw new Error(`${file} is not what was released`)
  await removeOld(trx)
}

async function removeOld(trx: Transaction<Tables>): Promise<void> {
  await sql`delete from houston.artefact
    where kept_at < clock_timestamp() - make_interval(hours => ${YOUNG_HOURS}) and not exists (
      select from (select work, row_number() over (partition by application, environment order by created_at desc) as age
        from houston.rollout where ${HAS_BEGUN} or phase = 'unapproved') recent
      where age <= ${ROLLOUTS_KEPT} and recent.work -> 'release' -> 'artefact' ->> 'sha256' = artefact.sha256)`.execute(
    trx,
  )
}

async function isHere(file: string, { bytes }: PathArtefact): Promise<boolean> {
  return await stat(file).then(
    (found) => found.size === bytes,
    () => false,
  )
}

async function fetchFile(db: Database, artefact: PathArtefact, directory: string): Promise<string> {
  const file = `${directory}/${artefact.sha256}.tgz`
  if (await isHere(file, artefact)) return file
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const partial = `${file}.${process.pid}.${performance.now()}`
  try {
    if ((await copyTo(db, artefact.sha256, partial)) !== artefact.sha256)
      throw new Error(`the store does not have the artefact ${artefact.sha256.slice(0, 12)} whole`)
    await rename(partial, file)
  } finally {
    await rm(partial, { force: true })
  }
  return file
}

/** The SHA-256 of what was written, hex. */
async function copyTo(db: Database, sha256: string, file: string): Promise<string> {
  const hash = createHash('sha256')
  const handle = await open(file, 'w', 0o600)
  try {
    for (let part = 0; ; part += 1) {
      const row = await db.read((kysely) =>
        kysely
          .selectFrom('houston.artefact')
          .select('bytes')
          .where('sha256', '=', sha256)
          .where('part', '=', part)
          .executeTakeFirst(),
      )
      if (!row) return hash.digest('hex')
      hash.update(row.bytes)
      await handle.write(row.bytes)
    }
  } finally {
    await handle.close()
  }
}
