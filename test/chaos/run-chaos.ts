// A chaos run from its first host to its verdict: lays the ground, lets people work, does the faults, asks how it ended, judges.

import { performance } from 'node:perf_hooks'
import { Claims } from './claims.ts'
import { type Desk, openDesk } from './desk.ts'
import { type Dice, makeDice } from './dice.ts'
import { installDriveLog, readDriveLog, resumesOf } from './drive-log.ts'
import { type Environment, environmentsOf, IN_FLIGHT, RUNNER } from './environment.ts'
import { type Ground, openGround } from './ground.ts'
import { upMs } from './host-record.ts'
import type { HoustonProcess } from './houston-process.ts'
import { type Inflicted, inflict } from './inflict.ts'
import { judge } from './oracle.ts'
import { work } from './person.ts'
import { type FaultCounts, makeSchedule } from './schedule.ts'
import { replica, runner } from './start-houston.ts'
import { summarise } from './summary.ts'

export type ChaosOptions = {
  minutes: number
  seed: number
  hosts: number
  environments: number
  counts: FaultCounts
  /** Where Postgres' programs are. */
  programs: string
  signal: AbortSignal
  say(line: string): void
}

export type ChaosSummary = ReturnType<typeof summarise>

const REPLICAS = ['replica1', 'replica2', 'replica3']
const RUNNERS = ['runner1', 'runner2']

/** `undefined` when it was aborted. Nothing is left behind, whatever happens. */
export async function runChaos(options: ChaosOptions): Promise<ChaosSummary | undefined> {
  const names = Array.from({ length: options.hosts }, (_, index) => `host${index + 1}`)
  options.say(`${options.hosts} SSH hosts and a Postgres server are started`)
  const ground = await openGround(names, options.programs)
  const ends = [ground.close]
  try {
    const desk = await openDesk(ground.postgres.url(ground.database), options.signal)
    ends.push(desk.close)
    await installDriveLog(ground.postgres, ground.database, [...REPLICAS, ...RUNNERS])
    const stage: Stage = { ...options, ground, desk, dice: makeDice(options.seed), died: [], began: performance.now() }
    const processes = makeProcesses(stage)
    ends.push(async () => void (await Promise.all(processes.all.map((each) => each.end('SIGKILL')))))
    await Promise.all(processes.all.map((each) => each.start()))
    return await play(stage, processes)
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

type Stage = ChaosOptions & { ground: Ground; desk: Desk; dice: Dice; died: string[]; began: number }
type Processes = { replicas: HoustonProcess[]; runners: HoustonProcess[]; all: HoustonProcess[] }

function makeProcesses({ ground, died, say }: Stage): Processes {
  const report = (name: string, how: string, said: readonly string[]) => {
    died.push(`${name} ended by itself (${how})`)
    say(`${name} ended by itself (${how}): ${said.join('').slice(-2_000)}`)
  }
  const replicas = REPLICAS.map((name) => replica(ground, name, report))
  const runners = RUNNERS.map((name) => runner(ground, { name, of: RUNNER }, report))
  return { replicas, runners, all: [...replicas, ...runners] }
}

async function play(stage: Stage, { replicas, runners }: Processes): Promise<ChaosSummary | undefined> {
  const { ground, desk, dice, signal, say, counts, minutes } = stage
  const claims = new Claims(upMs)
  const day = new AbortController()
  const environments = environmentsOf(ground.fleet, stage.environments)
  const schedule = makeSchedule(counts, minutes, dice)
  const until = AbortSignal.any([day.signal, signal])
  const people = environments.map((environment) =>
    work({ environment, desk, claims, dice: makeDice(dice.between(1, 2 ** 31)), signal: until }),
  )
  // Awaited at the end of the day.
  for (const person of people) person.catch(() => {})
  const faults: Faults = {}
  const tell = (kind: string, whom: string) => {
    faults[kind] = (faults[kind] ?? 0) + 1
    say(`${kind} ${whom}`)
  }
  const inflicted = await inflict(schedule, { ground, replicas, runners, dice, signal, tell })
  say('no more faults; the last rollouts come to rest')
  day.abort()
  await Promise.race([Promise.all(people), aborted(signal)])
  if (signal.aborted) return undefined
  await askAll(desk, environments, claims)
  return await conclude(stage, claims, { faults, ...inflicted })
}

type Faults = Record<string, number>

async function conclude(
  { ground, desk, seed, hosts, died, began }: Stage,
  { all: claims }: Claims,
  { faults, losses, drainsMs }: Inflicted & { faults: Faults },
): Promise<ChaosSummary> {
  const records = ground.records()
  const notes = await readDriveLog(ground.postgres, ground.database)
  return summarise({
    ...{ seed, ms: performance.now() - began, hosts, faults, claims, records, drainsMs, died },
    violations: judge(records, claims, IN_FLIGHT),
    resumes: resumesOf(notes, losses, REPLICAS),
    requestsRepeated: desk.repeated(),
  })
}

/** How every rollout stands by Houston's own word: those that were acknowledged, and those that it lists. */
async function askAll(desk: Desk, environments: readonly Environment[], claims: Claims): Promise<void> {
  const told = claims.all.flatMap((claim) => (claim.kind === 'started' ? [claim.rollout] : []))
  const listed = await Promise.all(environments.map(({ name }) => desk.rollouts(name)))
  for (const rollout of new Set([...told, ...listed.flat().map(({ id }) => id)])) {
    const report = await desk.status(rollout)
    const { succeeded = 0, planned = 0 } = report?.hosts ?? {}
    claims.add({ kind: 'result', rollout, ...(report && { phase: report.phase }), succeeded, planned })
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
