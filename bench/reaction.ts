// How soon a halt and a rollback take hold in the middle of a large rollout: from the request until the last host is begun,
// and until the first failed host is begun again. The light server says when.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type House, openHouse } from '../src/apps/cli/wiring.ts'
import type { RolloutState } from '../src/core/rollout-state.ts'
import type { Started } from '../src/engine/engine.ts'
import { type LightGround, lightGround } from './fanout/ground.ts'
import { deployRequest } from './fanout/houston-request.ts'
import { machine, print } from './print.ts'
import { makeScratch, removeScratch } from './scratch.ts'

const BY = { via: 'terminal', id: 'bench', name: 'bench' } as const

type Scene = { house: House; ground: LightGround; parallel: number }

export async function benchReaction(argv: readonly string[]): Promise<void> {
  const options = { hosts: { type: 'string', default: '10000' }, parallel: { type: 'string', default: '200' } } as const
  const { values } = parseArgs({ args: [...argv], options })
  const [hosts, parallel] = [Number(values.hosts), Number(values.parallel)]
  print({ bench: 'reaction', kind: 'settings', hosts, parallel, ...machine() })
  const scratch = await makeScratch()
  const ground = await lightGround(hosts)
  const house = await open(ground, { scratch, parallel })
  try {
    print({ bench: 'reaction', kind: 'result', hosts, parallel, ...(await play({ house, ground, parallel })) })
  } finally {
    await house.close()
    await ground.close()
    removeScratch(scratch)
  }
}

async function open(ground: LightGround, { scratch, parallel }: { scratch: string; parallel: number }): Promise<House> {
  const house = await openHouse({
    store: { dataDirectory: join(scratch, 'data') },
    ssh: {
      knownHosts: [await readFile(ground.knownHostsFile, 'utf8')],
      identities: { bench: { kind: 'key', pem: await readFile(ground.identityFile, 'utf8') } },
      maxSessions: parallel,
      maxSessionsPerEnvironment: parallel,
    },
    failed: (_, error) => process.stderr.write(`${error instanceof Error ? error.stack : error}\n`),
  })
  await house.engine.start()
  return house
}

/** A good release everywhere; a bad one that is halted at a third, resumed, and rolled back at two thirds. */
async function play(scene: Scene): Promise<Record<string, unknown>> {
  const good = await deploy(scene, 'r1')
  await when(scene, good, (state) => state.cursor.phase === 'succeeded')
  const bad = await deploy(scene, 'bad-2')
  await when(scene, bad, (state) => settledShare(state) >= 1 / 3)
  const halt = await measureHalt(scene, bad)
  await scene.house.engine.ask(bad.rollout, BY, { kind: 'resume' })
  await when(scene, bad, (state) => settledShare(state) >= 2 / 3)
  return { ...halt, ...(await measureRollback(scene)) }
}

async function measureHalt(scene: Scene, { rollout }: Started) {
  const askedAt = Date.now()
  const halted = when(scene, { rollout }, (state) => state.cursor.phase === 'halted')
  const answer = await scene.house.engine.ask(rollout, BY, { kind: 'halt' })
  if (answer.kind !== 'accepted') throw new Error(`halt: ${JSON.stringify(answer)}`)
  const haltAnsweredMs = Date.now() - askedAt
  await halted
  const last = (await scene.ground.begun(rollout))?.last ?? askedAt
  return { haltAnsweredMs, haltLastHostBegunMs: Math.max(0, last - askedAt), haltedMs: Date.now() - askedAt }
}

async function measureRollback(scene: Scene) {
  const askedAt = Date.now()
  const back = await scene.house.engine.rollback({ application: 'bench', environment: 'bench', by: BY })
  if (back.kind === 'refused') throw new Error(`rollback: ${JSON.stringify(back)}`)
  const rollbackPlannedMs = Date.now() - askedAt
  await when(scene, back, (state) => state.cursor.phase === 'succeeded')
  const begun = await scene.ground.begun(back.rollout)
  const ranks = new Map(back.plan.hosts.map(({ host, rank }) => [host.name, rank]))
  return {
    rollbackPlannedMs,
    rollbackFirstHostBegunMs: (begun?.first ?? Number.NaN) - askedAt,
    rollbackFirstHostWas: ranks.get(begun?.firstHost ?? ''),
    rollbackHosts: back.plan.hosts.length,
    rollbackDoneMs: Date.now() - askedAt,
  }
}

async function deploy({ house, ground, parallel }: Scene, release: string): Promise<Started> {
  const request = deployRequest({ ...ground, parallel, release, folder: 'houston', scratch: '' })
  const maxFailures = { fleet: { kind: 'percent', percent: 100 } } as const
  const started = await house.engine.deploy({ ...request, strategy: { ...request.strategy, maxFailures } })
  if (started.kind === 'refused') throw new Error(`deploy: ${JSON.stringify(started)}`)
  return started
}

function settledShare(state: RolloutState): number {
  return state.tally.zones.reduce((sum, zone) => sum + zone.settled, 0) / state.hosts.length
}

/** Resolves after the commit that makes it true; rejects when the rollout ends in another way. */
function when(
  { house }: Scene,
  { rollout }: { rollout: string },
  isSo: (state: RolloutState) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const forget = house.engine.watch((id, state) => {
      if (id !== rollout) return
      const { phase } = state.cursor
      if (isSo(state)) resolve()
      else if (phase === 'failed' || phase === 'aborted') reject(new Error(`the rollout ended ${phase}`))
      else return
      forget()
    })
  })
}
