// houston runner as a long-lived process: does the host work of zones that name it, outlives its database, and gives back
// what it holds when it is told to end. It drives no rollout.

import type { Tracing } from '../../adapters/otel/open-tracing.ts'
import type { OpenStore } from '../../adapters/postgres/open-store.ts'
import type { RunnerWorker } from '../../adapters/postgres/runners/runner-worker.ts'
import { within } from '../../adapters/postgres/within.ts'
import type { SshSettings } from '../../adapters/ssh/settings.ts'
import type { Listen } from '../../config/listen.ts'
import type { Settings } from '../../config/settings.ts'
import type { Remote } from '../../engine/ports.ts'
import { createSuppliedRemote } from '../../engine/supplied-remote.ts'
import type { Interrupts } from '../cli/app.ts'
import { EXIT, type ExitCode } from '../cli/exit-code.ts'
import { withOneIdentity } from '../cli/one-identity.ts'
import { type Beat, startBeat } from '../server/beat.ts'
import { healthRoutes } from '../server/health.ts'
import { sayLastWords } from '../server/last-words.ts'
import type { Log } from '../server/log.ts'
import type { Metrics } from '../server/metrics/metrics.ts'
import { narrateFaults } from '../server/narrate.ts'
import { persist } from '../server/persist.ts'
import { serveHttp } from '../server/serve-http.ts'
import { openStopSignals, type StopSignals } from '../server/stop-signals.ts'
import { createGrantedRemote } from './granted-remote.ts'

export type RunnerOptions = {
  name: string
  databaseUrl: string
  settings: Settings
  ssh: SshSettings
  /** For /healthz, /readyz and /metrics; absent: it listens nowhere. */
  listen?: Listen
  metrics: Metrics
  traces?: Tracing
  log: Log
  interrupts: Interrupts
}

type State = { phase: 'starting' | 'working' | 'draining'; beat?: Beat }

const DRAIN_WITHIN_MS = 15_000
const LAST_WORD_MS = 1_000

/** Throws when it can never work: a key is unusable, the address is taken, the database is none. */
export async function runRunner(options: RunnerOptions): Promise<ExitCode> {
  const { log, listen, metrics } = options
  const state: State = { phase: 'starting' }
  const calm = sayLastWords(log)
  const signals = openStopSignals(options.interrupts, () =>
    log.info('SIGHUP is ignored: settings are read at the start'),
  )
  const routes = { ...healthRoutes(() => unready(state)), ...metrics.routes }
  const health = listen && (await serveHttp({ listen, routes, failed: narrateFaults(log) }))
  if (health) metrics.http(health.server)
  if (health) log.info('listening', { address: health.address, pid: process.pid })
  try {
    return await Promise.race([work(options, state, signals).then(() => EXIT.ok), force(signals, log)])
  } finally {
    calm()
    signals.close()
    health?.server.close()
    health?.server.closeAllConnections()
  }
}

function unready({ phase, beat }: State): string | undefined {
  if (phase === 'starting') return 'starting: the store is not open yet'
  if (phase === 'draining') return 'draining: it takes nothing more'
  return beat?.answers() ? undefined : 'the store does not answer'
}

async function work(options: RunnerOptions, state: State, signals: StopSignals): Promise<void> {
  const { log, name, databaseUrl, metrics } = options
  const [{ openStore }, { RunnerWorker }, { createArtefactStore }, { createSshRemote }] = await Promise.all([
    import('../../adapters/postgres/open-store.ts'),
    import('../../adapters/postgres/runners/runner-worker.ts'),
    import('../../adapters/postgres/artefact-store.ts'),
    import('../../adapters/ssh/remote.ts'),
  ])
  const dialled = createSshRemote(options.ssh)
  const report = narrateFaults(log)
  const store = await persist({ log, signal: signals.asked }, () => openStore({ databaseUrl, report }))
  if (!store) return await dialled.close()
  const artefacts = createArtefactStore(store.ground.db, `${options.settings.dataDirectory}/artefacts`)
  const counted = metrics.remote(guarded(dialled, options.settings))
  const remote = createSuppliedRemote(options.traces ? options.traces.remote(counted) : counted, artefacts)
  metrics.opened({ backlog: store.backlog, sessions: () => dialled.sessions() })
  const worker = new RunnerWorker({ ground: store.ground, name, remote })
  const started = await persist({ log, signal: signals.asked }, async () => {
    await worker.start()
    return true
  })
  if (started) await takePart(options, { state, store, signals })
  await drain({ worker, dialled, store }, state, log)
  await options.traces?.close()
  log.info('ended')
}

type Part = { state: State; store: OpenStore; signals: StopSignals }

/** Until it is told to end. */
async function takePart({ log, name }: RunnerOptions, { state, store, signals }: Part): Promise<void> {
  const heard = (fault?: Error) =>
    fault ? log.error('the store is lost', { reason: fault.message }) : log.info('the store is back')
  state.beat = startBeat({ replicas: store.replicas, kind: 'runner', name, heard })
  if (!signals.asked.aborted) state.phase = 'working'
  log.info('ready', { runner: name })
  await signals.first
}

type Parts = { worker: RunnerWorker; dialled: Remote; store: OpenStore }

/** Chunks first: another runner of the name takes them as soon as they are given back. */
async function drain({ worker, dialled, store }: Parts, state: State, log: Log): Promise<void> {
  state.phase = 'draining'
  log.info('draining', { chunks: worker.size })
  state.beat?.stop()
  await Promise.all([worker.stop(), within(LAST_WORD_MS, state.beat?.drain())])
  log.info('handed over')
  await within(LAST_WORD_MS, state.beat?.leave())
  await dialled.close()
  await store.close()
}

/** Without a settings file the person's own keys stand for every name, and for every host that they reach. */
function guarded(dialled: Remote, settings: Settings): Remote {
  const remote = settings.source === 'default' ? withOneIdentity(dialled, 'default') : dialled
  return createGrantedRemote(remote, settings)
}

async function force(signals: StopSignals, log: Log): Promise<ExitCode> {
  await signals.first
  const late = new Promise<'late'>((resolve) => setTimeout(resolve, DRAIN_WITHIN_MS, 'late').unref())
  const why = await Promise.race([late, signals.second])
  log.error(why === 'late' ? 'ended by force: draining took too long' : 'ended at once, as asked')
  return why === 'late' ? EXIT.failed : EXIT.interrupted
}
