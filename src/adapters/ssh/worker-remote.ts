// A `Remote` whose connections live in worker threads, hosts shared out among them. What it promises must be what a local one does.

import type { RemoteSession, RolloutWork } from '../../engine/ports.ts'
import type { SshRemote } from './local-remote.ts'
import type { FullSettings } from './settings.ts'
import { type Listen, startThread, type Thread } from './thread.ts'

export function createWorkerRemote(settings: FullSettings): SshRemote {
  const threads = Array.from({ length: settings.workers }, () => startThread(shareOf(settings)))
  let sessions = 0
  const threadOf = (index: number) => threads[index % threads.length]
  return {
    sessions: () => threads.reduce((sum, thread) => sum + thread.sessions(), 0),
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

function shareOf(settings: FullSettings): FullSettings {
  const part = (count: number) => Math.max(1, Math.ceil(count / settings.workers))
  const { dials, maxSessions, maxSessionsPerEnvironment } = settings
  return {
    ...settings,
    maxSessions: part(maxSessions),
    maxSessionsPerEnvironment: part(maxSessionsPerEnvironment),
    dials: { perSecond: part(dials.perSecond), atOnce: part(dials.atOnce) },
  }
}
