// Does the faults of a schedule to real parts and puts each part right again. One replica at least is always up; apart from
// that, faults may fall together.

import { setTimeout as delay } from 'node:timers/promises'
import type { Dice } from './dice.ts'
import type { Loss } from './drive-log.ts'
import type { Ground } from './ground.ts'
import type { HoustonProcess } from './houston-process.ts'
import { type PostgresStop, restartPostgres } from './postgres-stop.ts'
import type { Fault, FaultKind } from './schedule.ts'

export type Victims = {
  ground: Ground
  replicas: readonly HoustonProcess[]
  runners: readonly HoustonProcess[]
  dice: Dice
  signal: AbortSignal
  /** Called when a fault is done to somebody. */
  tell(kind: FaultKind, whom: string): void
}

export type Inflicted = {
  /** Replicas that were killed or frozen while they may have driven something. */
  losses: Loss[]
  /** How long replicas took to end after SIGTERM, in ms. */
  drainsMs: number[]
}

const VICTIM_POLL_MS = 100
/** Heartbeats expire after 10 s; what is frozen for longer has lost its work. */
const FROZEN_MS = { least: 13_000, most: 16_000 }
const STOPS: readonly PostgresStop[] = ['fast', 'immediate', 'killed']

/** Resolves when every fault has happened and everything is up again; soon, when the signal aborts. */
export async function inflict(faults: readonly Fault[], victims: Victims): Promise<Inflicted> {
  const done: Inflicted = { losses: [], drainsMs: [] }
  const restart = oneByOne(STOPS.map((how) => () => stopPostgres(victims, how)))
  const began = performance.now()
  const open: Promise<void>[] = []
  for (const { kind, atMs } of faults) {
    await pause(victims, began + atMs - performance.now())
    if (victims.signal.aborted) break
    const end = kind === 'postgres-restart' ? restart() : hit(kind, victims, done)
    // It is awaited at the end; until then its failure is nobody's fault.
    end.catch(() => {})
    open.push(end)
  }
  await Promise.all(open)
  return done
}

async function hit(kind: Exclude<FaultKind, 'postgres-restart'>, victims: Victims, done: Inflicted): Promise<void> {
  switch (kind) {
    case 'kill':
    case 'pause':
    case 'drain':
      return await hitReplica(kind, victims, done)
    case 'runner-kill':
    case 'runner-pause':
      return await hitRunner(kind, victims)
    case 'database-cut':
      return await cutDatabase(victims)
    case 'host-cut':
    case 'host-down':
      return await cutHost(kind, victims)
    default:
      kind satisfies never
  }
}

async function hitReplica(kind: 'kill' | 'pause' | 'drain', victims: Victims, done: Inflicted): Promise<void> {
  const victim = await take(victims.replicas, 2, victims)
  if (!victim) return
  victims.tell(kind, victim.name)
  if (kind !== 'drain') done.losses.push({ process: victim.name, atMs: Date.now() })
  if (kind === 'pause') return await freeze(victim, victims)
  const tookMs = await victim.end(kind === 'kill' ? 'SIGKILL' : 'SIGTERM')
  if (kind === 'drain') done.drainsMs.push(tookMs)
  await pause(victims, victims.dice.between(500, 3_000))
  if (!victims.signal.aborted) await victim.start()
}

async function hitRunner(kind: 'runner-kill' | 'runner-pause', victims: Victims): Promise<void> {
  const victim = await take(victims.runners, 1, victims)
  if (!victim) return
  victims.tell(kind, victim.name)
  if (kind === 'runner-pause') return await freeze(victim, victims)
  await victim.end('SIGKILL')
  await pause(victims, victims.dice.between(500, 3_000))
  if (!victims.signal.aborted) await victim.start()
}

async function freeze(victim: HoustonProcess, victims: Victims): Promise<void> {
  victim.signal('SIGSTOP')
  await pause(victims, victims.dice.between(FROZEN_MS.least, FROZEN_MS.most))
  victim.signal('SIGCONT')
  victim.up = true
}

/** Somebody who is up, and from now on is not; only when at least `atLeast` are. */
async function take(
  from: readonly HoustonProcess[],
  atLeast: number,
  { dice, signal }: Victims,
): Promise<HoustonProcess | undefined> {
  while (!signal.aborted) {
    const up = from.filter((one) => one.up)
    const victim = up.length >= atLeast ? dice.pick(up) : undefined
    if (victim) {
      victim.up = false
      return victim
    }
    await delay(VICTIM_POLL_MS)
  }
  return undefined
}

async function stopPostgres(victims: Victims, how: PostgresStop): Promise<void> {
  victims.tell('postgres-restart', how)
  await restartPostgres(victims.ground.postgres, how, victims.dice.between(0, 2_000))
}

/** Calls them in turn, each after the end of the one before: what is down cannot be stopped. */
function oneByOne(calls: readonly (() => Promise<void>)[]): () => Promise<void> {
  let last = Promise.resolve()
  let count = 0
  return () => {
    const call = calls[count % calls.length]
    count += 1
    last = last.then(call)
    return last
  }
}

async function cutDatabase(victims: Victims): Promise<void> {
  const { ground, replicas, dice } = victims
  const name = dice.pick(replicas.filter(({ up }) => up))?.name
  if (name === undefined) return
  victims.tell('database-cut', name)
  const cut = `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${name}'`
  // The server may be down at the moment: then the connections are cut anyway.
  await ground.postgres.query(ground.database, cut).catch(() => {})
}

/** In the middle of a step where there is one: its connections are dropped, what runs there lives on. */
async function cutHost(kind: 'host-cut' | 'host-down', victims: Victims): Promise<void> {
  const { ground, dice } = victims
  const records = ground.records()
  const busy = records.filter(({ lines }) => lines.at(-1)?.mark === 'begin')
  const host = dice.pick(busy.length > 0 ? busy : records)?.host
  if (host === undefined) return
  victims.tell(kind, host)
  await ground.fleet.stopHost(host)
  if (kind === 'host-down') await pause(victims, dice.between(2_000, 6_000))
  await ground.fleet.startHost(host)
}

async function pause({ signal }: Pick<Victims, 'signal'>, ms: number): Promise<void> {
  await delay(Math.max(0, ms), undefined, { signal }).catch(() => {})
}
