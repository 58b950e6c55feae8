// A private Postgres server for tests: its own directory, a Unix socket in it, nothing on the network. Gone when closed.

import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

const INSTALLED = '/usr/lib/postgresql'
/** Postgres refuses to run as root; its packages bring this account. */
const ACCOUNT = 'postgres'

/** Where the newest installed server's programs are, or why there is none to test with. */
export function findPostgres(): { programs: string } | { missing: string } {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED).sort((a, b) => Number(b) - Number(a)) : []
  const found = versions
    .map((version) => join(INSTALLED, version, 'bin'))
    .find((path) => existsSync(join(path, 'initdb')))
  return found ? { programs: found } : { missing: `no Postgres server in ${INSTALLED}` }
}

export class PostgresServer {
  readonly #programs: string
  readonly #directory: string
  #databases = 0

  private constructor(programs: string, directory: string) {
    this.#programs = programs
    this.#directory = directory
  }

  static async start(programs: string): Promise<PostgresServer> {
    const directory = mkdtempSync(join(tmpdir(), 'houston-pg-'))
    if (process.getuid?.() === 0) chownSync(directory, id('-u'), id('-g'))
    const server = new PostgresServer(programs, directory)
    const cluster = ['--pgdata', join(directory, 'data'), '--username', 'houston', '--auth', 'trust']
    // Not what the environment's locale says: where that is C, initdb would choose SQL_ASCII.
    server.#run('initdb', ...cluster, '--encoding', 'UTF8', '--locale', 'C', '--no-sync')
    server.resume()
    return server
  }

  /** Starts the server, again after `pause`. Returns when it takes connections. */
  resume(): void {
    const options = `-k ${this.#directory} -c listen_addresses= -c fsync=off`
    this.#control('start', '--options', options, '--log', join(this.#directory, 'log'))
  }

  /** Stops the server; connections are cut. */
  pause(): void {
    this.#control('stop', '--mode', 'immediate')
  }

  /** A new, empty database. */
  async database(): Promise<string> {
    this.#databases += 1
    const name = `test_${this.#databases}`
    await this.query('postgres', `create database ${name}`)
    return this.url(name)
  }

  url(database: string): string {
    return `postgres://houston@/${database}?host=${this.#directory}`
  }

  async query(database: string, text: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: this.url(database) })
    await client.connect()
    try {
      const { rows } = await client.query(text)
      return rows
    } finally {
      await client.end()
    }
  }

  close(): void {
    this.pause()
    rmSync(this.#directory, { recursive: true, force: true })
  }

  #control(...args: string[]): void {
    this.#run('pg_ctl', '--pgdata', join(this.#directory, 'data'), '--wait', ...args)
  }

  #run(program: string, ...args: string[]): void {
    const account = process.getuid?.() === 0 ? { uid: id('-u'), gid: id('-g') } : {}
    execFileSync(join(this.#programs, program), args, { stdio: 'ignore', cwd: this.#directory, ...account })
  }
}

function id(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, ACCOUNT], { encoding: 'utf8' }))
}
