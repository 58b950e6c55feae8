// Many small rollouts, one after another: so many are started each second on one process with the embedded store, each in an
// environment that has none under way. Nothing may be left behind.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { connectEmbedded } from '../src/adapters/postgres/connect-embedded.ts'
import { type House, openHouse } from '../src/apps/cli/wiring.ts'
import { hasEnded } from '../src/core/rollout.ts'
import type { DeployRequest } from '../src/engine/plan-deploy.ts'
import { type LightGround, lightGround } from './fanout/ground.ts'
import { deployRequest } from './fanout/houston-request.ts'
import { machine, print } from './print.ts'
import { makeScratch, removeScratch } from './scratch.ts'

const HOSTS = 3
/** Enough that one is always free, while a rollout takes less than half a minute. */
const ENVIRONMENTS = 60

type Scene = { house: House; ground: LightGround }
type Load = { perSecond: number; seconds: number }
type Outcome = { ms: number; phase: string }

export async function benchSteady(argv: readonly string[]): Promise<void> {
  const options = { rate: { type: 'string', default: '2' }, seconds: { type: 'string', default: '60' } } as const
  const { values } = parseArgs({ args: [...argv], options })
  const load = { perSecond: Number(values.rate), seconds: Number(values.seconds) }
  print({ bench: 'steady', kind: 'settings', ...load, hosts: HOSTS, ...machine() })
  const scratch = await makeScratch()
  const ground = await lightGround(HOSTS * ENVIRONMENTS)
  const dataDirectory = join(scratch, 'data')
  try {
    const house = await open(ground, dataDirectory)
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const outcomes = await play({ house, ground }, load)
    delay.disable()
    await house.close()
    const eventLoopP99Ms = Math.max(0, delay.percentile(99) / 1e6 - 1)
    const peakMb = process.resourceUsage().maxRSS / 1_000
    const queued = await jobsLeft(dataDirectory)
    print({ bench: 'steady', kind: 'result', ...figures(outcomes), queued, eventLoopP99Ms, peakMb })
  } finally {
    await ground.close()
    removeScratch(scratch)
  }
}

async function open(ground: LightGround, dataDirectory: string): Promise<House> {
  const house = await openHouse({
    store: { dataDirectory },
    ssh: {
      knownHosts: [await readFile(ground.knownHostsFile, 'utf8')],
      identities: { bench: { kind: 'key', pem: await readFile(ground.identityFile, 'utf8') } },
    },
    failed: (_, error) => process.stderr.write(`${error instanceof Error ? error.stack : error}\n`),
  })
  await house.engine.start()
  return house
}

/** Starts at a steady pace, however long each takes; resolves when all have ended. */
async function play(scene: Scene, { perSecond, seconds }: Load): Promise<Outcome[]> {
  const free = Array.from({ length: ENVIRONMENTS }, (_, index) => index)
  const running: Promise<Outcome>[] = []
  const began = performance.now()
  for (let count = 0; count < perSecond * seconds; count += 1) {
    await until(began + (count * 1_000) / perSecond)
    const environment = free.shift()
    if (environment === undefined) throw new Error('every environment has a rollout under way')
    running.push(
      rollOut(scene, requestFor(scene.ground, environment, `r${count}`)).finally(() => free.push(environment)),
    )
  }
  return await Promise.all(running)
}

async function rollOut({ house }: Scene, request: DeployRequest): Promise<Outcome> {
  const since = performance.now()
  const ends = new Map<string, Outcome>()
  let check = () => {}
  // A rollout may end before the call that started it has answered.
  const forget = house.engine.watch((id, { cursor: { phase } }) => {
    if (hasEnded(phase)) ends.set(id, { ms: performance.now() - since, phase })
    check()
  })
  const started = await house.engine.deploy(request)
  if (started.kind === 'refused') throw new Error(`deploy: ${JSON.stringify(started)}`)
  const outcome = await new Promise<Outcome>((resolve) => {
    check = () => {
      const end = ends.get(started.rollout)
      if (end) resolve(end)
    }
    check()
  })
  forget()
  return outcome
}

function requestFor(ground: LightGround, environment: number, release: string): DeployRequest {
  const hosts = ground.hosts.slice(environment * HOSTS, (environment + 1) * HOSTS)
  const request = deployRequest({ ...ground, hosts, parallel: 1, release, folder: 'houston', scratch: '' })
  return { ...request, work: { ...request.work, environment: `environment-${environment}` } }
}

function figures(outcomes: readonly Outcome[]): Record<string, number> {
  const sorted = outcomes.map(({ ms }) => ms).sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  const finished = outcomes.filter(({ phase }) => phase === 'succeeded').length
  return {
    ...{ started: outcomes.length, finished, failed: outcomes.length - finished },
    ...{ startToEndP50Ms: at(0.5), startToEndP99Ms: at(0.99) },
  }
}

/** What a process would find that comes after this one. */
async function jobsLeft(dataDirectory: string): Promise<number> {
  const { statements, close } = await connectEmbedded(join(dataDirectory, 'store'))
  const { rows } = await statements.executeSql('select id from houston_jobs.job', [])
  await close()
  return rows.length
}

async function until(at: number): Promise<void> {
  const left = at - performance.now()
  if (left > 0) await new Promise((resolve) => setTimeout(resolve, left))
}
