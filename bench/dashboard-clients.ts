// What people who watch cost a rollout: the same rollout over light hosts with many event streams open and with none, in turns. Each
// pair gives a ratio; the machine's seconds cancel out. CPU is that of the server's process, whoever else is at work on the machine.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type House, openHouse } from '../src/apps/cli/wiring.ts'
import type { RolloutPhase } from '../src/core/rollout.ts'
import { type FeedServer, serveFeeds } from './dashboard/serve-feeds.ts'
import { startWatchers, type Watchers } from './dashboard/watchers.ts'
import { type LightGround, lightGround } from './fanout/ground.ts'
import { deployRequest } from './fanout/houston-request.ts'
import { machine, median, print } from './print.ts'
import { makeScratch, removeScratch } from './scratch.ts'

const BY = { via: 'terminal', id: 'bench', name: 'bench' } as const
const SAMPLE_MS = 50

type Scene = { house: House; ground: LightGround; parallel: number; feeds: FeedServer; watchers: Watchers }
type Run = { ms: number; cpuMs: number; peakMb: number; events: number; bytes: number }

export async function benchDashboardClients(argv: readonly string[]): Promise<void> {
  const [hosts, clients, parallel, rounds] = read(argv)
  print({ bench: 'dashboard-clients', kind: 'settings', hosts, clients, parallel, rounds, ...machine() })
  const scratch = await makeScratch()
  const ground = await lightGround(hosts)
  const house = await open(ground, { dataDirectory: join(scratch, 'data'), parallel })
  const watchers = startWatchers()
  const scene = { house, ground, parallel, feeds: await serveFeeds(house), watchers }
  try {
    await rollOut(scene, 'warm', clients)
    const pairs = await playPairs(scene, { clients, rounds })
    print({ bench: 'dashboard-clients', kind: 'result', hosts, clients, parallel, ...figures(pairs) })
  } finally {
    scene.feeds.close()
    await watchers.close()
    await house.close()
    await ground.close()
    removeScratch(scratch)
  }
}

function read(argv: readonly string[]): readonly [number, number, number, number] {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const
  const options = { hosts: text('1000'), clients: text('200'), parallel: text('50'), rounds: text('5') }
  const { values } = parseArgs({ args: [...argv], options })
  return [Number(values.hosts), Number(values.clients), Number(values.parallel), Number(values.rounds)]
}

async function open(ground: LightGround, to: { dataDirectory: string; parallel: number }): Promise<House> {
  const house = await openHouse({
    store: { dataDirectory: to.dataDirectory },
    ssh: {
      knownHosts: [await readFile(ground.knownHostsFile, 'utf8')],
      identities: { bench: { kind: 'key', pem: await readFile(ground.identityFile, 'utf8') } },
      maxSessions: to.parallel,
      maxSessionsPerEnvironment: to.parallel,
    },
    failed: (_, error) => process.stderr.write(`${error instanceof Error ? error.stack : error}\n`),
  })
  await house.engine.start()
  return house
}

/** Which of a pair comes first changes from round to round. */
async function playPairs(scene: Scene, { clients, rounds }: { clients: number; rounds: number }) {
  const pairs: { alone: Run; watched: Run }[] = []
  for (let round = 0; round < rounds; round += 1) {
    const alone = () => rollOut(scene, `a${round}`, 0)
    const watched = () => rollOut(scene, `w${round}`, clients)
    const first = round % 2 === 0 ? await alone() : await watched()
    const second = round % 2 === 0 ? await watched() : await alone()
    pairs.push(round % 2 === 0 ? { alone: first, watched: second } : { alone: second, watched: first })
  }
  return pairs
}

/** Everybody watches before the clock starts: the rollout waits after its canary until they do. */
async function rollOut(scene: Scene, release: string, clients: number): Promise<Run> {
  const { house, ground, parallel, feeds, watchers } = scene
  const request = deployRequest({ ...ground, parallel, release, folder: 'houston', scratch: '' })
  const canary = { hosts: { kind: 'count', count: 1 }, after: { kind: 'wait' } } as const
  const phases = follow(house)
  const started = await house.engine.deploy({ ...request, strategy: { ...request.strategy, canary } })
  if (started.kind === 'refused') throw new Error(`deploy: ${JSON.stringify(started)}`)
  const { rollout } = started
  await phases.come(rollout, 'waiting')
  if (clients > 0) await watchers.watch(feeds.urlOf(rollout), clients)
  const peak = watchMemory()
  const [began, used] = [performance.now(), process.cpuUsage()]
  await house.engine.ask(rollout, BY, { kind: 'continue' })
  await phases.come(rollout, 'succeeded')
  const ms = performance.now() - began
  const { user, system } = process.cpuUsage(used)
  const peakMb = peak()
  phases.stop()
  const got = clients > 0 ? await watchers.leave() : { events: 0, bytes: 0 }
  return { ms, cpuMs: (user + system) / 1_000, peakMb, ...got }
}

/** Phases may come before whoever started a rollout knows its name. */
function follow({ engine }: House) {
  const seen = new Set<string>()
  let wake = () => {}
  const stop = engine.watch((rollout, { cursor }) => {
    seen.add(`${rollout} ${cursor.phase}`)
    wake()
  })
  const come = async (rollout: string, phase: RolloutPhase) => {
    while (!seen.has(`${rollout} ${phase}`)) {
      if (seen.has(`${rollout} failed`) || seen.has(`${rollout} halted`)) throw new Error('the rollout did not succeed')
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  return { come, stop }
}

function watchMemory(): () => number {
  let most = 0
  const look = () => {
    most = Math.max(most, process.memoryUsage.rss())
  }
  look()
  const timer = setInterval(look, SAMPLE_MS)
  return () => {
    clearInterval(timer)
    return most / 1e6
  }
}

function figures(pairs: readonly { alone: Run; watched: Run }[]): Record<string, unknown> {
  const ratios = pairs.map(({ alone, watched }) => watched.ms / alone.ms)
  const watched = pairs.map((pair) => pair.watched)
  return {
    ...{ aloneMs: median(pairs.map(({ alone }) => alone.ms)), watchedMs: median(watched.map(({ ms }) => ms)) },
    ...{ ratio: median(ratios), ratios },
    ...{
      aloneCpuMs: median(pairs.map(({ alone }) => alone.cpuMs)),
      watchedCpuMs: median(watched.map((run) => run.cpuMs)),
    },
    ...{ aloneMb: median(pairs.map(({ alone }) => alone.peakMb)), watchedMb: median(watched.map((run) => run.peakMb)) },
    ...{ events: median(watched.map((run) => run.events)), sentMb: median(watched.map((run) => run.bytes)) / 1e6 },
  }
}
