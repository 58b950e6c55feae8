// One worker thread as its owner sees it: sessions, probes, and what it held when it died.

import { Worker } from 'node:worker_threads'
import type { Claim, HostReading, HostReport, Remote } from '../../engine/ports.ts'
import type { FullSettings } from './settings.ts'
import type { FromWorker, ToWorker, WorkerData } from './worker-messages.ts'

export type Listen = (reports: readonly HostReport[]) => void

export type Thread = {
  send(message: ToWorker): void
  /** Reports of a session from this thread. A thread that dies reports what it held as unknown. */
  attend(session: number, listen: Listen): void
  run(session: number, claims: readonly Claim[]): void
  leave(session: number): void
  probe(hosts: Parameters<Remote['probe']>[0], directory: string): Promise<readonly HostReading[]>
  /** In use now; a thread that died uses none. */
  sessions(): number
  close(): Promise<void>
}

/** Short-lived buffers would else grow the thread's young heap for nothing: measured, a third less memory, the same speed. */
const LIMITS = { maxYoungGenerationSizeMb: 16 }

type Session = { listen: Listen; open: Map<number, Claim> }

export function startThread(settings: FullSettings): Thread {
  const used = new Int32Array(new SharedArrayBuffer(4))
  const workerData: WorkerData = { settings, used }
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData, resourceLimits: LIMITS })
  const sessions = new Map<number, Session>()
  const probes = new Map<number, (readings: readonly HostReading[]) => void>()
  let asked = 0
  let dead = false
  let closed = () => {}
  const send = (message: ToWorker) => worker.postMessage(message)

  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'closed') closed()
    else if (message.kind === 'readings') probes.get(message.id)?.(message.readings)
    else pass(message.reports, sessions.get(message.session))
  })
  // What an error means for hosts is the same as for any other end: `exit` follows.
  worker.on('error', () => {})
  worker.on('exit', () => {
    dead = true
    for (const session of sessions.values()) giveUp([...session.open.values()], session)
    for (const answer of probes.values()) answer([])
    closed()
  })

  return {
    send,
    sessions: () => (dead ? 0 : (used[0] ?? 0)),
    attend: (session, listen) => void sessions.set(session, { listen, open: new Map() }),
    run(session, claims) {
      const held = sessions.get(session)
      if (dead) return void setImmediate(giveUp, claims, held)
      for (const claim of claims) held?.open.set(claim.host, claim)
      send({ kind: 'run', session, claims })
    },
    leave(session) {
      sessions.delete(session)
      send({ kind: 'detach', session })
    },
    probe(hosts, directory) {
      if (dead || hosts.length === 0) return Promise.resolve([])
      const id = asked++
      send({ kind: 'probe', id, hosts, directory })
      return new Promise<readonly HostReading[]>((resolve) => probes.set(id, resolve)).finally(() => probes.delete(id))
    },
    async close() {
      sessions.clear()
      if (dead) return
      const done = new Promise<void>((resolve) => {
        closed = resolve
      })
      send({ kind: 'close' })
      await done
      await worker.terminate()
    },
  }
}

function pass(reports: readonly HostReport[], session: Session | undefined) {
  if (!session) return
  for (const report of reports) if (report.kind !== 'host-step') session.open.delete(report.host)
  session.listen(reports)
}

function giveUp(claims: readonly Claim[], session: Session | undefined) {
  const signature = 'the SSH worker ended'
  session?.open.clear()
  if (claims.length > 0)
    session?.listen(claims.map(({ host, attempt }) => ({ host, attempt, kind: 'host-unknown', signature })))
}
