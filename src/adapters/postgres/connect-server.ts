// A Postgres server named by DATABASE_URL, behind one pool. Lost connections surface as thrown errors; the pool replaces them.

import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import type { Connection } from './database.ts'
import { BadDatabaseUrl, StoreNotUtf8, StoreUnreachable } from './errors.ts'
import type { Tables } from './tables.ts'

const CONNECTIONS = 10
const CONNECT_TIMEOUT_MS = 10_000
/** A server that went silent must not hold a rollout for ever. Longer than any statement of ours takes. */
const QUERY_TIMEOUT_MS = 60_000
/**
 * A process that freezes inside a transaction holds its locks, the epochs' among them, and nobody could take anything over:
 * the server ends the transaction. None of ours rests for so long.
 */
const TRANSACTION_REST_MS = 3_000

/** `report` gets the faults of idle connections, which nobody awaits. */
export async function connectServer(databaseUrl: string, report: (fault: Error) => void): Promise<Connection> {
  const place = describePlace(databaseUrl)
  const pool = openPool(databaseUrl)
  pool.on('error', report)
  // A connection cut while it is checked out emits as well, and unheard it would end the process.
  pool.on('connect', (client) => client.on('error', report))
  const encoding = await encodingOf(pool).catch(async (error: unknown) => {
    await pool.end()
    throw new StoreUnreachable(place, error)
  })
  if (encoding !== 'UTF8') {
    await pool.end()
    throw new StoreNotUtf8(place, encoding)
  }
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  return {
    kysely,
    // Of each transaction and not of the connection: behind a pooler the next transaction runs in another session.
    begin: sql`set local idle_in_transaction_session_timeout = ${sql.lit(TRANSACTION_REST_MS)}`,
    statements: { executeSql: async (text, values) => await pool.query(text, values) },
    close: () => kysely.destroy(),
  }
}

async function encodingOf(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ server_encoding: string }>('show server_encoding')
  return rows[0]?.server_encoding ?? 'an unknown encoding'
}

function openPool(connectionString: string): pg.Pool {
  try {
    return new pg.Pool({
      connectionString,
      application_name: 'houston',
      max: CONNECTIONS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      keepAlive: true,
      types: { getTypeParser: parserOf },
    })
  } catch {
    // The parser's error quotes its input.
    throw new BadDatabaseUrl()
  }
}

/** bigint holds times and epochs here, which fit a double; PGlite reads them as numbers too. */
const parserOf: typeof pg.types.getTypeParser = (...[oid, format]: Parameters<typeof pg.types.getTypeParser>) =>
  oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format)

/** Where and as whom, without the password. */
function describePlace(databaseUrl: string): string {
  // `@/` is how libpq writes "over a Unix socket"; an address needs something there.
  const url = URL.parse(databaseUrl.replace('@/', '@localhost/'))
  if (!url || !/^postgres(ql)?:$/.test(url.protocol)) throw new BadDatabaseUrl()
  const host = url.searchParams.get('host') ?? (decodeURIComponent(url.host) || 'the default host')
  const database = decodeURIComponent(url.pathname.slice(1))
  return `${host}${database && `, database ${database}`}${url.username && `, as ${decodeURIComponent(url.username)}`}`
}
