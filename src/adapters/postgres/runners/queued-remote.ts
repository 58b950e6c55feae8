// The port `Remote` for hosts that runners reach: claims and probes become chunks of work in a runner's queue. It dials
// nothing itself.

import { randomUUID } from 'node:crypto'
import type { Host } from '../../../core/fleet.ts'
import type { Claim, HostReading, HostReport, Remote, RolloutWork } from '../../../engine/ports.ts'
import type { Ground } from '../open-store.ts'
import { within } from '../within.ts'
import { type ChunkHost, HOSTS_A_CHUNK, type NewChunk } from './chunk.ts'
import { Errand, type ErrandTools, type Silence } from './errand.ts'
import { Post } from './post.ts'
import { TIMES, type Times } from './times.ts'

type Tools = ErrandTools & { times: Times }

const CLOSE_WITHIN_MS = 2_000

/** Every host that it is given must name a runner. */
export function createQueuedRemote(ground: Ground, over: Partial<Times> = {}): Remote {
  const times = { ...TIMES, ...over }
  const post = new Post({ ...ground, times })
  const tools: Tools = { ...ground, post, times }
  const open = new Set<Errand>()
  return {
    open(work, listen) {
      const errand = openErrand(tools, work, listen)
      open.add(errand)
      const detach = () => void errand.leave().finally(() => open.delete(errand))
      return { run: (claims) => offer(errand, work, claims), withdraw: () => errand.withdraw(), detach }
    },
    probe: (hosts, directory) => probe(tools, hosts, directory),
    async close() {
      await within(CLOSE_WITHIN_MS, Promise.all([...open].map((errand) => errand.leave())))
      await post.close()
    },
  }
}

function openErrand(tools: Tools, work: RolloutWork, listen: Parameters<Remote['open']>[1]): Errand {
  const { rollout, epoch, preempt } = work
  return new Errand(tools, {
    ...{ rollout, epoch },
    task: { kind: 'rollout', work: work.work, preempt },
    hear: (messages) => listen(messages.filter((message) => message.kind !== 'host-read')),
    missed: (claims, why) => listen(claims.map((claim) => missedReport(claim, why, tools.times))),
  })
}

function offer(errand: Errand, work: RolloutWork, claims: readonly Claim[]): void {
  const chunks = chunksOf(claims, work.hosts)
  if (chunks.length > 0) errand.offer(chunks)
}

function chunksOf(claims: readonly Claim[], hosts: RolloutWork['hosts']): NewChunk[] {
  const hostOf = (index: number): ChunkHost => {
    const target = hosts[index]
    if (!target) throw new RangeError(`no host ${index} in this rollout`)
    return { index, ...target }
  }
  const byRunner = Map.groupBy(claims, ({ host }) => hostOf(host).host.runner ?? '')
  return [...byRunner].flatMap(([runner, mine]) => {
    const starts = Array.from({ length: Math.ceil(mine.length / HOSTS_A_CHUNK) }, (_, part) => part * HOSTS_A_CHUNK)
    return starts.map((from) => {
      const part = mine.slice(from, from + HOSTS_A_CHUNK)
      return { id: randomUUID(), runner, claims: part, hosts: part.map(({ host }) => hostOf(host)) }
    })
  })
}

function missedReport({ host, attempt }: Claim, why: Silence, times: Times): HostReport {
  switch (why.kind) {
    case 'removed':
      return { host, attempt, kind: 'host-withdrawn', absent: false }
    case 'never-taken':
      return { host, attempt, kind: 'host-unreachable', signature: neverTaken(why.runner, times) }
    case 'lost':
      return {
        ...{ host, attempt, kind: 'host-unknown' },
        signature: `runner ${why.runner} was lost, and none took over within ${times.takeWithinMs / 1_000} s`,
      }
    default:
      return why satisfies never
  }
}

function neverTaken(runner: string, { takeWithinMs }: Times): string {
  return `no runner ${runner} took it within ${takeWithinMs / 1_000} s: houston runner --name ${runner}`
}

/** Each host answers, or its runner's silence does. */
async function probe(tools: Tools, hosts: readonly Host[], directory: string): Promise<HostReading[]> {
  if (hosts.length === 0) return []
  const readings: (HostReading | undefined)[] = hosts.map(() => undefined)
  let missing = hosts.length
  const answered = Promise.withResolvers<void>()
  const note = (index: number, reading: HostReading) => {
    readings[index] = reading
    missing -= 1
    if (missing === 0) answered.resolve()
  }
  const errand = new Errand(tools, {
    ...{ rollout: '', epoch: 0, task: { kind: 'probe', directory } },
    hear: (messages) => {
      for (const message of messages) if (message.kind === 'host-read') note(message.host, message.reading)
    },
    missed: (claims, why) => {
      const signature = why.kind === 'never-taken' ? neverTaken(why.runner, tools.times) : 'its runner was lost'
      for (const { host } of claims) note(host, { kind: 'unreachable', signature })
    },
  })
  const claims = hosts.map((_, host) => ({ host, attempt: 0, mayBegin: false }))
  const chunks = chunksOf(
    claims,
    hosts.map((host) => ({ host, zone: '' })),
  )
  errand.offer(chunks)
  const timer = setTimeout(answered.resolve, tools.times.probeWithinMs)
  await answered.promise
  clearTimeout(timer)
  await errand.leave()
  return readings.map((reading) => reading ?? { kind: 'unreachable', signature: 'its runner did not answer in time' })
}
