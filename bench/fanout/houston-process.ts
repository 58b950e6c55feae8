// The process of a Houston run: opens the house, deploys once, waits for the committed end. The work's time runs from the
// request to that commit; opening a store is what a process does once.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openHouse } from '../../src/apps/cli/wiring.ts'
import { hasEnded } from '../../src/core/rollout.ts'
import type { RolloutState } from '../../src/core/rollout-state.ts'
import { deployRequest } from './houston-request.ts'
import { startReport } from './own-report.ts'
import { readJob } from './read-job.ts'

const job = readJob(process.argv[2] ?? '')
const house = await openHouse({
  store: { dataDirectory: join(job.scratch, 'data') },
  ssh: {
    knownHosts: [readFileSync(job.knownHostsFile, 'utf8')],
    identities: { bench: { kind: 'key', pem: readFileSync(job.identityFile, 'utf8') } },
    maxSessions: job.parallel,
    maxSessionsPerEnvironment: job.parallel,
  },
  failed: (_, error) => process.stderr.write(`${error instanceof Error ? error.stack : error}\n`),
})
await house.engine.start()
const report = startReport()
const end = await deploy()
report({ phase: end.cursor.phase, failed: job.hosts.length - succeeded(end), signatures: signatures(end) })
await house.close()
process.exitCode = end.cursor.phase === 'succeeded' ? 0 : 1

async function deploy(): Promise<RolloutState> {
  const ended = new Promise<RolloutState>((resolve) => {
    house.engine.watch((_, state) => {
      if (hasEnded(state.cursor.phase) || state.cursor.phase === 'halted') resolve(state)
    })
  })
  const started = await house.engine.deploy(deployRequest(job))
  if (started.kind === 'refused') throw new Error(`refused: ${started.reason}`)
  return ended
}

function succeeded(state: RolloutState): number {
  return state.hosts.filter((host) => host.phase === 'succeeded').length
}

function signatures(state: RolloutState): string[] {
  return [...new Set(state.hosts.flatMap((host) => host.signature ?? []))].slice(0, 3)
}
