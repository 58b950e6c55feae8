// Files of releases in the database: what one process kept, another fetches, whole or not at all, and old ones go.

import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createArtefactStore } from '../../../src/adapters/postgres/artefact-store.ts'
import type { OpenStore } from '../../../src/adapters/postgres/open-store.ts'
import type { Artefact } from '../../../src/core/release.ts'
import { describeOnServer, openOnServer } from '../../support/on-stores.ts'
import { workOf } from '../../support/plan-of.ts'
import { PostgresServer } from '../../support/postgres-server.ts'
import { cursorOf, firstEntry, place, rolloutOf, somebody } from '../../support/rollout-of.ts'

describeOnServer('artefacts in the database', (programs) => {
  let server: PostgresServer
  let stores: OpenStore[]
  let folder: string
  beforeAll(async () => {
    server = await PostgresServer.start(programs)
    stores = await openOnServer(server, 2)
    folder = mkdtempSync(join(tmpdir(), 'houston-artefacts-'))
  })
  afterAll(async () => {
    await Promise.all((stores ?? []).map(({ close }) => close()))
    server?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  function artefacts(process: number) {
    const store = stores[process]
    if (!store) throw new Error('there is no such process')
    return createArtefactStore(store.ground.db, join(folder, `cache-${process}`))
  }

  function fileOf(bytes: Buffer): Extract<Artefact, { kind: 'path' }> {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const file = join(folder, `${sha256}.tgz`)
    writeFileSync(file, bytes)
    return { kind: 'path', file, sha256, bytes: bytes.length }
  }

  const elsewhere = (artefact: ReturnType<typeof fileOf>) => ({ ...artefact, file: '/not/here.tgz' })
  const parts = async (): Promise<unknown[]> =>
    await (stores[0]?.ground.db.read((db) => db.selectFrom('houston.artefact').select('sha256').execute()) ?? [])

  it('what is kept by one is fetched by another, byte by byte, and then lies there', async () => {
    const bytes = randomBytes(2_500_000)
    const artefact = fileOf(bytes)
    await artefacts(0).keep(artefact)
    await artefacts(0).keep(artefact)
    expect(await parts()).toHaveLength(3)
    const here = artefacts(1)
    const [one, two] = await Promise.all([here.present(elsewhere(artefact)), here.present(elsewhere(artefact))])
    expect(one).toEqual(two)
    const file = join(folder, 'cache-1', `${artefact.sha256}.tgz`)
    expect(one).toEqual({ ...artefact, file })
    expect(readFileSync(file).equals(bytes)).toBe(true)
    expect(readdirSync(join(folder, 'cache-1'))).toEqual([`${artefact.sha256}.tgz`])
    expect(await artefacts(0).present(artefact)).toEqual(artefact)
  })

  it('what is damaged or absent is never handed out', async () => {
    const artefact = fileOf(randomBytes(1_500_000))
    await expect(artefacts(1).present(elsewhere(artefact))).rejects.toThrow(/does not have the artefact/)
    await artefacts(0).keep(artefact)
    await stores[0]?.ground.db.read((db) =>
      db.deleteFrom('houston.artefact').where('sha256', '=', artefact.sha256).where('part', '=', 1).execute(),
    )
    await expect(artefacts(1).present(elsewhere(artefact))).rejects.toThrow(/does not have the artefact/)
    expect(existsSync(join(folder, 'cache-1', `${artefact.sha256}.tgz`))).toBe(false)
  })

  it('a file that is not what was released is not kept', async () => {
    const artefact = fileOf(randomBytes(10))
    writeFileSync(artefact.file, 'something else')
    const before = (await parts()).length
    await expect(artefacts(0).keep(artefact)).rejects.toThrow(/is not what was released/)
    expect(await parts()).toHaveLength(before)
  })

  it('an old one goes with the next that is kept, unless a recent rollout uses it', async () => {
    const [used, unused, fresh] = [fileOf(randomBytes(10)), fileOf(randomBytes(10)), fileOf(randomBytes(10))]
    for (const each of [used, unused]) await artefacts(0).keep(each)
    const work = { ...workOf('r9'), ...place(), release: { ...workOf('r9').release, artefact: used } }
    await stores[0]?.store.create(rolloutOf({ work, releaseId: 'r9' }), [firstEntry])
    await grow()
    await artefacts(0).keep(fresh)
    const kept = new Set((await parts()).map((row) => JSON.stringify(row)))
    expect(kept).toEqual(new Set([used, fresh].map(({ sha256 }) => JSON.stringify({ sha256 }))))
  })

  it('what began is not forgotten over any number of rollouts that nobody approved', async () => {
    const [begun, waits] = [fileOf(randomBytes(10)), fileOf(randomBytes(10))]
    for (const each of [begun, waits]) await artefacts(0).keep(each)
    const where = place()
    const using = (artefact: Artefact) => ({ ...where, release: { ...workOf('r9').release, artefact } })
    await stores[0]?.store.create(rolloutOf({ ...where, work: using(begun), phase: 'halted' }), [firstEntry])
    const approvals = { required: 1, requester: somebody, authors: [], given: [] }
    for (let times = 0; times < 25; times++) {
      const cursor = { ...cursorOf('unapproved'), approvals }
      await stores[0]?.store.create({ ...rolloutOf({ ...where, work: using(waits) }), cursor }, [firstEntry])
    }
    await grow()
    await artefacts(0).keep(fileOf(randomBytes(10)))
    const kept = (await parts()).map((row) => JSON.stringify(row))
    const wanted = [begun, waits].map(({ sha256 }) => JSON.stringify({ sha256 }))
    expect(kept).toEqual(expect.arrayContaining(wanted))
  })

  /** A day and more passes. */
  async function grow(): Promise<void> {
    await stores[0]?.ground.db.read((db) =>
      db
        .updateTable('houston.artefact')
        .set({ kept_at: new Date(Date.now() - 25 * 3_600_000) })
        .execute(),
    )
  }
})
