// Houston as a long-lived process: drives rollouts, answers its supervisor, outlives its database, and hands over when it is
// told to end. It never ends because of a rollout.

import type { Listen } from '../../config/listen.ts'
import type { InboxMessage } from '../../engine/ports-inbox.ts'
import type { Interrupts } from '../cli/app.ts'
import { EXIT, type ExitCode } from '../cli/exit-code.ts'
import { type Beat, startBeat } from './beat.ts'
import { healthRoutes } from './health.ts'
import { sayLastWords } from './last-words.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics/metrics.ts'
import { narrateFaults, narrateRollouts } from './narrate.ts'
import { openServed, type Served, type ServedOptions } from './open-served.ts'
import { messageOf, persist } from './persist.ts'
import { type Routes, serveHttp } from './serve-http.ts'
import { openStopSignals, type StopSignals } from './stop-signals.ts'

/** From the first signal to the end, whatever hangs; supervisors kill after 30 s. */
const DRAIN_WITHIN_MS = 25_000
/** For a word to a store that may be gone. */
const LAST_WORD_MS = 1_000

export type ServeOptions = Omit<ServedOptions, 'failed' | 'report' | 'meters'> & {
  metrics: Metrics
  listen: Listen
  log: Log
  interrupts: Interrupts
}

type State = { phase: 'starting' | 'working' | 'draining'; beat?: Beat; served?: Served }

/** Throws when it can never work: another process holds the store, the address is taken, a key is unusable. */
export async function serve(options: ServeOptions): Promise<ExitCode> {
  const { log } = options
  const state: State = { phase: 'starting' }
  const calm = sayLastWords(log)
  const signals = openStopSignals(options.interrupts, () =>
    log.info('SIGHUP is ignored: settings are read at the start'),
  )
  const fallback = options.doors?.find((door) => door.fallback)?.fallback
  const { address, server } = await serveHttp({
    listen: options.listen,
    routes: routesOf(options, state),
    ...(fallback && { fallback }),
    failed: narrateFaults(log),
  })
  options.metrics.http(server)
  log.info('listening', { address, pid: process.pid })
  try {
    const done = work(options, state, signals).then(() => EXIT.ok)
    return await Promise.race([done, hardStop(state, signals, log)])
  } finally {
    calm()
    signals.close()
    server.close()
    server.closeAllConnections()
  }
}

function routesOf({ doors = [], metrics }: ServeOptions, state: State): Routes {
  const receive = () => {
    const engine = state.phase === 'working' ? state.served?.house.engine : undefined
    return engine && ((message: InboxMessage) => engine.receive(message))
  }
  return Object.assign(
    healthRoutes(() => unready(state)),
    metrics.routes,
    ...doors.map((door) => door.routes(receive)),
  )
}

function unready({ phase, beat }: State): string | undefined {
  if (phase === 'starting') return 'starting: the store is not open yet'
  if (phase === 'draining') return 'draining: it takes nothing more'
  return beat?.answers() ? undefined : 'the store does not answer'
}

async function work(options: ServeOptions, state: State, signals: StopSignals): Promise<void> {
  const { log } = options
  const patience = { log, signal: signals.asked }
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => {})
  const served = await persist(patience, () => openServed(withVoice(options, broken.reject)))
  if (!served) return
  state.served = served
  narrateRollouts(served.house.engine, log)
  const started = await persist(patience, async () => {
    await served.start()
    return true
  })
  if (started) {
    const heard = (fault?: Error) =>
      fault ? log.error('the store is lost', { reason: fault.message }) : log.info('the store is back')
    state.beat = startBeat({ replicas: served.house.replicas, kind: 'server', heard })
    if (!signals.asked.aborted) state.phase = 'working'
    log.info('ready')
    const closers = (options.doors ?? []).map((door) => door.opened(served.house.rounds))
    await Promise.race([signals.first, broken.promise])
    for (const close of closers) close()
  }
  await drain(served, state, log)
}

/** Rollouts first: another replica takes them as soon as they are let go. */
async function drain({ house, hangUp }: Served, state: State, log: Log): Promise<void> {
  state.phase = 'draining'
  log.info('draining', { rollouts: house.engine.driving.join(' ') })
  state.beat?.stop()
  hangUp()
  await Promise.all([house.engine.stop(), atMost(LAST_WORD_MS, state.beat?.drain())])
  log.info('handed over')
  await atMost(LAST_WORD_MS, state.beat?.leave())
  await house.close()
  log.info('ended')
}

/** What is held is asked at the end: nothing is open yet when this begins to wait. */
async function hardStop(state: State, signals: StopSignals, log: Log): Promise<ExitCode> {
  await signals.first
  const late = new Promise<'late'>((resolve) => setTimeout(resolve, DRAIN_WITHIN_MS, 'late').unref())
  const why = await Promise.race([late, signals.second])
  const left = { rollouts: state.served?.house.engine.driving.join(' ') ?? '' }
  log.error(why === 'late' ? 'ended by force: draining took too long' : 'ended at once, as asked', left)
  return why === 'late' ? EXIT.failed : EXIT.interrupted
}

/** `broken` hears when the store never comes back in this process: whoever supervises it starts another. */
function withVoice(options: ServeOptions, broken: (fault: Error) => void): ServedOptions {
  const { log, listen: _, interrupts: __, metrics, ...rest } = options
  const narrate = narrateFaults(log)
  const report = (fault: Error) => (fault.name === 'StoreBroken' ? broken(fault) : narrate(fault))
  const failed = (work: string, error: unknown) =>
    log.warn('an attempt failed; it is tried again', { work, reason: messageOf(error) })
  return { ...rest, meters: metrics, failed, report }
}

async function atMost(ms: number, wish: Promise<void> | undefined): Promise<void> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, ms).unref())
  await Promise.race([wish?.catch(() => {}), late])
}
