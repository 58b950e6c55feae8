// How a command comes to its session: settings, keys, store; and how it leaves, whatever happens.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Tracing } from '../../../adapters/otel/open-tracing.ts'
import type { Settings } from '../../../config/settings.ts'
import { findSecrets } from '../../../core/find-secrets.ts'
import { openTraces } from '../../server/traces/open-traces.ts'
import type { App, Common } from '../app.ts'
import { EXIT } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { withOneIdentity } from '../one-identity.ts'
import { readServerSettings } from '../project/read-server-settings.ts'
import { NO_SSH, sshSettings } from '../project/ssh-settings.ts'
import { serverPlace } from '../server/server-place.ts'
import { traceSettings } from '../trace-settings.ts'
import { wordsLines } from '../words/refusal.ts'
import { type OpenSession, openSession } from './open-session.ts'

/**
 * `look`: reads the store. `probe`: also asks hosts. `plan`: works on the store alone, and makes an empty one when there is none.
 * `act`: drives rollouts, and serves other processes meanwhile.
 */
export type Purpose = 'look' | 'probe' | 'plan' | 'act'

export type Entered = OpenSession

export async function enter(app: App, common: Common, purpose: Purpose): Promise<Entered> {
  const server = await enterServer(app, common)
  if (server) return server
  const settings = await readServerSettings({ cwd: app.cwd, env: app.env, ...common })
  const { dataDirectory, databaseUrl, source } = settings
  const url = databaseUrl?.reveal()
  if (url === undefined && purpose !== 'plan' && purpose !== 'act')
    requireStore(dataDirectory, common.data === undefined ? app.env.HOUSTON_URL : undefined)
  const traces = purpose === 'act' ? await tracesOf(app, settings) : undefined
  const ssh = purpose === 'look' || purpose === 'plan' ? NO_SSH : await sshSettings(settings)
  return await openSession({
    store: url === undefined ? { dataDirectory } : { databaseUrl: url },
    ssh,
    serves: purpose === 'act',
    ...(traces && { traces }),
    ...(source === 'default' && { adapt: (remote) => withOneIdentity(remote, 'default') }),
    failed: (rollout, error) => app.screen.err.print([[`rollout ${rollout}: ${messageOf(error)}; it is tried again`]]),
    waiting: (pid) => app.screen.err.print([[`process ${pid} is at work on this data directory; waiting for it`]]),
  })
}

/** `undefined`: the work is done here. Who names a store on the command line means that one. */
export async function enterServer({ env }: App, { data, settings }: Common): Promise<Entered | undefined> {
  if (data !== undefined || settings !== undefined) return undefined
  const place = serverPlace(env)
  if (!place) return undefined
  const { openServerSession } = await import('../server/server-session.ts')
  const session = openServerSession(place)
  return { session, finish: () => session.close(), leave: () => session.close() }
}

/** Of what is driven here. */
async function tracesOf({ env, screen, now }: App, known: Settings): Promise<Tracing | undefined> {
  const settings = traceSettings(env)
  const say = (message: string, fields: object = {}) =>
    screen.err.print([[[message, ...Object.values(fields)].join(', ')]])
  return await openTraces({ settings, log: { info: say, warn: say }, secrets: findSecrets([known, settings]), now })
}

/** `url`: a server's, for which there is no token here; whoever set it meant to ask there. */
function requireStore(dataDirectory: string, url: string | undefined): void {
  if (existsSync(join(dataDirectory, 'store'))) return
  const what = `There is no data directory ${dataDirectory}.`
  const words = url
    ? { what, why: `There is no token for ${url} either, so that server is not asked.`, next: `houston login ${url}` }
    : {
        what,
        why: 'Nothing was rolled out from here yet, or it was with another --data or HOUSTON_DATA.',
        next: 'houston deploy <environment>, or the same command with --data <directory>',
      }
  throw new Failure(EXIT.refused, wordsLines(words))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
