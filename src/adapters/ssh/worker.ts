// A thread that holds SSH connections. It only carries messages to a local remote and back; it decides nothing.

import { parentPort, workerData } from 'node:worker_threads'
import type { RemoteSession } from '../../engine/ports.ts'
import { createLocalRemote } from './local-remote.ts'
import type { FromWorker, ToWorker, WorkerData } from './worker-messages.ts'

const { settings, used }: WorkerData = workerData
const remote = createLocalRemote(settings, undefined, used)
const sessions = new Map<number, RemoteSession>()

function tell(message: FromWorker) {
  parentPort?.postMessage(message)
}

parentPort?.on('message', async (message: ToWorker) => {
  switch (message.kind) {
    case 'open': {
      const { session, work } = message
      sessions.set(
        session,
        remote.open(work, (reports) => tell({ kind: 'reports', session, reports })),
      )
      return
    }
    case 'run':
      return sessions.get(message.session)?.run(message.claims)
    case 'withdraw':
      return sessions.get(message.session)?.withdraw()
    case 'detach':
      sessions.get(message.session)?.detach()
      sessions.delete(message.session)
      return
    case 'probe':
      return tell({ kind: 'readings', id: message.id, readings: await remote.probe(message.hosts, message.directory) })
    case 'close':
      await remote.close()
      return tell({ kind: 'closed' })
    default:
      return message satisfies never
  }
})
