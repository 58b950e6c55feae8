// What a chaos run stands on: real SSH hosts, a real Postgres, and the folder that Houston's processes are started in. All of
// it is gone after `close`. It drives nothing and breaks nothing.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Fleet, startFleet } from '../../src/apps/demo/fleet.ts'
import { PostgresServer } from '../support/postgres-server.ts'
import { type HostRecord, readRecord } from './host-record.ts'

export type Ground = {
  fleet: Fleet
  postgres: PostgresServer
  /** Of the database that Houston uses. */
  database: string
  /** Of the operator: holds houston.server.yml. */
  folder: string
  records(): HostRecord[]
  close(): Promise<void>
}

/** Every host has a server, an address and a directory of its own, so that each can be cut off alone. */
export async function openGround(hosts: readonly string[], programs: string): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'houston-chaos-'))
  const ends = [async () => rmSync(folder, { recursive: true, force: true })]
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end()
  }
  try {
    const postgres = await PostgresServer.start(programs)
    ends.push(async () => postgres.close())
    const fleet = await startFleet({ hosts: hosts.map((name) => ({ name })), kind: 'openssh' })
    ends.push(() => fleet.stop())
    await postgres.database()
    writeFileSync(join(folder, 'houston.server.yml'), settingsOf(fleet))
    const records = () => fleet.hosts.map(({ name, directory }) => readRecord(name, directory))
    return { fleet, postgres, database: DATABASE, folder, records, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The first one that `PostgresServer` makes. */
const DATABASE = 'test_1'

function settingsOf({ knownHosts, identity }: Fleet): string {
  return `known_hosts: [${JSON.stringify(knownHosts.file)}]
identities:
  default:
    key_file: ${JSON.stringify(identity.file)}
    allow: [{ repository: "*", environments: ["*"], hosts: ["*"] }]
`
}
