// Opens a session: on the store in this process, or, when another process holds it, in that one.

import type { Tracing } from '../../../adapters/otel/open-tracing.ts'
import type { StoreOptions } from '../../../adapters/postgres/open-store.ts'
import type { SshSettings } from '../../../adapters/ssh/settings.ts'
import type { Remote } from '../../../engine/ports.ts'
import type { Replica } from '../../../engine/ports-replicas.ts'
import { type House, openHouse } from '../wiring.ts'
import { newControlPath, sweepControlFolder } from './control-path.ts'
import { ControlServer } from './control-server.ts'
import { LocalSession } from './local-session.ts'
import type { Session } from './session.ts'
import { openSocketSession, PeerAbsent } from './socket-session.ts'

export type SessionOptions = {
  store: { dataDirectory: string } | { databaseUrl: string }
  ssh: SshSettings
  /** true: other processes may ask this one while it works. A session that only looks is over soon, and serves nobody. */
  serves: boolean
  adapt?: (remote: Remote) => Remote
  /** Closed with what is opened here. */
  traces?: Tracing
  failed: (rollout: string, error: unknown) => void
  /** Another process holds the store and cannot be asked yet. */
  waiting: (pid: number) => void
}

export type OpenSession = {
  session: Session
  /** Whether servers work on this store now; absent where another process of this machine answers. */
  serversLive?: () => Promise<boolean>
  /** Ends everything that was begun in good order, requests of other processes too. */
  finish(): Promise<void>
  /** Ends now: rollouts stay as they were committed, and what was begun on hosts goes on there. */
  leave(): Promise<void>
}

/** How long a process that starts or only looks is waited for, and how often it is tried. */
const PATIENCE_MS = 30_000
const RETRY_MS = 100
/** How long another process has for its last question. */
const LAST_WORD_MS = 2_000

/** Throws what `openHouse` throws; `StoreInUse` only when the holder can neither be asked nor waited for. */
export async function openSession(options: SessionOptions): Promise<OpenSession> {
  if ('databaseUrl' in options.store) return local(options, options.store)
  const { StoreInUse } = await import('../../../adapters/postgres/errors.ts')
  const until = performance.now() + PATIENCE_MS
  let told = false
  for (;;) {
    try {
      return await embedded(options, options.store.dataDirectory)
    } catch (error) {
      if (!(error instanceof StoreInUse)) throw error
      const { control, pid } = error.holder
      const other = control === undefined ? undefined : await ask(control)
      if (other) return { session: other, finish: () => other.close(), leave: () => other.close() }
      if (performance.now() > until) throw error
      if (!told) options.waiting(pid)
      told = true
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }
}

/** `undefined`: nobody answers there yet, or any more. */
async function ask(control: string): Promise<Session | undefined> {
  try {
    return await openSocketSession(control)
  } catch (error) {
    if (error instanceof PeerAbsent) return undefined
    throw error
  }
}

async function embedded(options: SessionOptions, dataDirectory: string): Promise<OpenSession> {
  if (!options.serves) return local(options, { dataDirectory })
  const control = newControlPath(dataDirectory)
  const opened = await local(options, { dataDirectory, control })
  sweepControlFolder(control)
  const server = new ControlServer(opened.session)
  try {
    await server.listen(control)
  } catch (error) {
    await opened.finish()
    throw error
  }
  const leave = async () => {
    server.close()
    await opened.session.close()
  }
  return { session: opened.session, finish: () => finish(opened, server), leave }
}

async function local(options: SessionOptions, store: StoreOptions): Promise<OpenSession> {
  const { ssh, failed, adapt, traces } = options
  const house: House = await openHouse({ store, ssh, failed, ...(adapt && { adapt }), ...(traces && { traces }) })
  const serversLive = async () => (await house.replicas.living()).some(isServer)
  const shared = 'databaseUrl' in store
  const place =
    shared && options.serves && (await serversLive())
      ? ({ kind: 'servers' } as const)
      : ({ kind: 'local', alone: !shared } as const)
  const session = new LocalSession(house, place)
  const finish = async () => {
    await session.idle()
    await session.close()
  }
  return { session, serversLive, finish, leave: () => session.close() }
}

/** One that drains takes nothing more. */
function isServer({ kind, draining }: Replica): boolean {
  return kind === 'server' && !draining
}

/** Whoever asks while this process is about to end is still served. */
async function finish({ session }: OpenSession, server: ControlServer): Promise<void> {
  for (let seen = -1; seen !== server.served; ) {
    seen = server.served
    await session.idle()
    await server.finish(LAST_WORD_MS)
  }
  server.close()
  await session.close()
}
