// A `Remote` whose connections live in worker threads, hosts shared out among them. What it promises must be what a local one does.

import { Worker } from 'node:worker_threads'
import type { Claim, HostReading, HostReport, Remote, RemoteSession, RolloutWork } from '../../engine/ports.ts'
import type { FullSettings } from './settings.ts'
import type { FromWorker, ToWorker } from './worker-messages.ts'

type Listen = (reports: readonly HostReport[]) => void

type Thread = {
  send(message: ToWorker): void
  /** Reports of a session from this thread. A thread that dies reports what it held as unknown. */
  attend(session: number, listen: Listen): void
  run(session: number, claims: readonly Claim[]): void
  leave(session: number): void
  probe(hosts: Parameters<Remote['probe']>[0], directory: string): Promise<readonly HostReading[]>
  close(): Promise<void>
}

export function createWorkerRemote(settings: FullSettings): Remote {
  const threads = Array.from({ length: settings.workers }, () => startThread(shareOf(settings)))
  let sessions = 0
  const threadOf = (index: number) => threads[index % threads.length]
  return {
    open: (work, listen) => openSession(threads, work, { session: sessions++, listen }),
    async probe(hosts, directory) {
      const parts = await Promise.all(
        threads.map((thread) =>
          thread.probe(
            hosts.filter((_, index) => threadOf(index) === thread),
            directory,
          ),
        ),
      )
      const taken = parts.map(() => 0)
      return hosts.map((_, index) => {
        const part = index % threads.length
        const at = taken[part] ?? 0
        taken[part] = at + 1
        return parts[part]?.[at] ?? { kind: 'unreachable', signature: 'the SSH worker ended' }
      })
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()))
    },
  }
}

function openSession(
  threads: readonly Thread[],
  work: RolloutWork,
  to: { session: number; listen: Listen },
): RemoteSession {
  const { session, listen } = to
  for (const thread of threads) {
    thread.attend(session, listen)
    thread.send({ kind: 'open', session, work })
  }
  return {
    run(claims) {
      threads.forEach((thread, index) => {
        const mine = claims.filter((claim) => claim.host % threads.length === index)
        if (mine.length > 0) thread.run(session, mine)
      })
    },
    withdraw() {
      for (const thread of threads) thread.send({ kind: 'withdraw', session })
    },
    detach() {
      for (const thread of threads) thread.leave(session)
    },
  }
}

function startThread(settings: FullSettings): Thread {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: settings })
  const sessions = new Map<number, { listen: Listen; open: Map<number, Claim> }>()
  const probes = new Map<number, (readings: readonly HostReading[]) => void>()
  let asked = 0
  let dead = false
  let closed = () => {}

  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'closed') return closed()
    if (message.kind === 'readings') return probes.get(message.id)?.(message.readings)
    const session = sessions.get(message.session)
    for (const report of message.reports) if (report.kind !== 'host-step') session?.open.delete(report.host)
    session?.listen(message.reports)
  })
  worker.on('error', () => {})
  worker.on('exit', () => {
    dead = true
    for (const session of sessions.values()) {
      session.listen([...session.open.values()].map(({ host, attempt }) => unknown(host, attempt)))
      session.open.clear()
    }
    for (const answer of probes.values()) answer([])
    closed()
  })

  const send = (message: ToWorker) => worker.postMessage(message)
  return {
    send,
    attend: (session, listen) => sessions.set(session, { listen, open: new Map() }),
    run(session, claims) {
      const held = sessions.get(session)
      if (dead) return void setImmediate(() => held?.listen(claims.map(({ host, attempt }) => unknown(host, attempt))))
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

function unknown(host: number, attempt: number): HostReport {
  return { host, attempt, kind: 'host-unknown', signature: 'the SSH worker ended' }
}

function shareOf(settings: FullSettings): FullSettings {
  const part = (count: number) => Math.max(1, Math.ceil(count / settings.workers))
  const { dials, maxSessions } = settings
  return {
    ...settings,
    maxSessions: part(maxSessions),
    dials: { perSecond: part(dials.perSecond), atOnce: part(dials.atOnce) },
  }
}
