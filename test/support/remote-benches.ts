// Benches for the suite of `Remote`: hosts in memory, hosts behind a real SSH server, and either of them behind a runner.

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createQueuedRemote } from '../../src/adapters/postgres/runners/queued-remote.ts'
import { RunnerWorker } from '../../src/adapters/postgres/runners/runner-worker.ts'
import { systemClock } from '../../src/apps/cli/system-clock.ts'
import type { Host } from '../../src/core/fleet.ts'
import type { Recipe } from '../../src/core/recipe.ts'
import type { RolloutWork } from '../../src/engine/ports.ts'
import { makePlace } from '../adapters/ssh/place.ts'
import { finish } from './fake-host.ts'
import { FakeRemote } from './fake-remote.ts'
import { openOnServer } from './on-stores.ts'
import type { PostgresServer } from './postgres-server.ts'
import type { Deal, Manner, RemoteBench } from './remote-suite.ts'

/** Quick to look, so that tests are. */
export const QUICK = { readEveryMs: 20, beatEveryMs: 100, collectMs: 10 }

const SCRIPTS: Readonly<Record<Manner, string>> = {
  quick: 'echo "$HOUSTON_HOST"',
  failing: 'echo why; exit 1',
  gated:
    'mkfifo "$HOUSTON_SHARED/gate.$HOUSTON_ROLLOUT" 2>/dev/null || :; read -r go <"$HOUSTON_SHARED/gate.$HOUSTON_ROLLOUT"',
}

function recipeOf(manner: Manner): Recipe {
  const begun = 'echo begun >>"$HOUSTON_SHARED/begun.$HOUSTON_ROLLOUT"'
  return { scripts: { start: `${begun}; ${SCRIPTS[manner]}` }, timeoutMs: 20_000 }
}

function makeWork(directory: string, hosts: readonly Host[], manner: Manner, deal: Deal = {}): RolloutWork {
  const release = { id: deal.release ?? 'r1', artefact: { kind: 'none' }, variables: {} } as const
  const where = { application: 'shop', environment: 'test', directory, keep: 3 }
  return {
    ...{ rollout: deal.rollout ?? 'o1', epoch: deal.epoch ?? 1_000, preempt: deal.preempt ?? false },
    work: { ...where, release, recipe: recipeOf(manner) },
    hosts: hosts.map((host) => ({ host, zone: 'a' })),
  }
}

export async function fakeBench(): Promise<RemoteBench & { remote: FakeRemote }> {
  const remote = new FakeRemote(systemClock)
  const manners = new Map<string, Manner>()
  const away = new Set<string>()
  remote.behave = ({ host, rollout }) => {
    if (away.has(host)) return 'unreachable'
    const manner = manners.get(`${rollout} ${host}`)
    if (manner === 'failing') return 'fail'
    return manner === 'gated' ? 'hang' : 'ok'
  }
  let count = 0
  return {
    remote,
    probeDirectory: '/srv/{{host}}',
    fresh: (wanted, reach) =>
      Array.from({ length: wanted }, () => {
        const name = `h${count++}`
        if (reach) away.add(name)
        return { name, address: '127.0.0.1', port: 22, user: 'deploy', identity: 'test', jumps: [] }
      }),
    work(hosts, manner, deal) {
      const work = makeWork('/srv/{{host}}', hosts, manner, deal)
      for (const { name } of hosts) manners.set(`${work.rollout} ${name}`, manner)
      return work
    },
    async letGo({ name }, rollout) {
      const run = remote.host(name).runs.get(`${rollout}/1`)
      if (run) finish(run, remote.host(name), 'ok', 'r1')
    },
    begins: ({ name }, rollout) => remote.begins().get(`${rollout}/1 ${name}`) ?? 0,
    close: () => remote.close(),
  }
}

export async function sshBench(): Promise<RemoteBench> {
  const place = await makePlace()
  return {
    remote: place.remote,
    probeDirectory: place.directory,
    fresh: (count, reach) =>
      Array.from({ length: count }, () =>
        place.fresh(reach === 'unreachable' ? { address: '127.0.0.9', port: 1 } : {}),
      ),
    work: (hosts, manner, deal) => makeWork(place.directory, hosts, manner, deal),
    async letGo(host, rollout) {
      const gate = place.path(host, `shared/gate.${rollout}`)
      // Whoever comes first makes the gate.
      spawnSync('mkfifo', [gate], { stdio: 'ignore' })
      await writeFile(gate, 'go\n')
    },
    begins: (host, rollout) => {
      const file = place.path(host, `shared/begun.${rollout}`)
      return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0
    },
    close: () => place.stop(),
  }
}

/** The same hosts, reached through a runner: two processes' worth of stores on one database. */
export async function behindRunner(server: PostgresServer, bench: RemoteBench): Promise<RemoteBench> {
  const [driver, far] = await openOnServer(server, 2)
  if (!driver || !far) throw new Error('no stores')
  const remote = createQueuedRemote(driver.ground, QUICK)
  const runner = new RunnerWorker({ ground: far.ground, name: 'eu', remote: bench.remote, times: QUICK })
  await runner.start()
  return {
    ...bench,
    remote,
    fresh: (count, reach) => bench.fresh(count, reach).map((host) => ({ ...host, runner: 'eu' })),
    async close() {
      await remote.close()
      await runner.stop()
      await Promise.all([driver.close(), far.close()])
      await bench.close()
    },
  }
}
