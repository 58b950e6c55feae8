// Plays one scenario from yesterday's deploy to the last answer, and says what came of it.

import { HUMANS, type Voice } from './cast.ts'
import { isHopeless } from './judge/approval-rules.ts'
import { isOver, type Known } from './judge/known.ts'
import { must } from './judge/violation.ts'
import { People, placeOf, rests, YESTERDAY } from './people.ts'
import type { Scenario, Wish } from './scenario.ts'
import { World } from './world.ts'

export type Outcome = {
  seed: number
  violation: Error | undefined
  events: number
  commits: number
  virtualMs: number
  faults: Readonly<Record<string, number>>
  /** Calls of each process, of its last life, until faults stopped. */
  effects: number[]
}

/** Faults have stopped: so long may it take until everything ends or waits for a person. */
const SETTLE_MS = 15 * 60_000
const DAY_MS = 24 * 3_600_000

export async function play(scenario: Scenario, story?: string[]): Promise<Outcome> {
  const world = new World(scenario, story)
  const people = new People(world)
  await yesterday(world, people)
  world.remote.behave = world.luck.behave
  world.begin()
  people.begin()
  await world.pass(scenario.horizonMs)
  const effects = world.replicas.map((replica) => replica.effects)
  await settle(world)
  for (const { environment } of scenario.places) await finish(world, people, environment)
  await judgeEnd(world)
  const { judge, luck, clock } = world
  const { events, commits, violation } = judge
  return {
    seed: scenario.seed,
    violation,
    events,
    commits,
    virtualMs: clock.monotonic() - 1_000_000,
    faults: luck.inflicted,
    effects,
  }
}

async function yesterday(world: World, people: People): Promise<void> {
  const before = Object.assign({}, ...world.scenario.places.map((place) => place.before))
  world.remote.behave = ({ host }) => YESTERDAYS[String(before[host])] ?? 'ok'
  for (const { environment } of world.scenario.places) void people.say(environment, YESTERDAY)
  await world.until(() => world.scenario.places.every(({ environment }) => isDone(people.newest(environment))), DAY_MS)
  await quiet(world)
}

const YESTERDAYS: Readonly<Record<string, 'fail' | 'unreachable' | 'unknown'>> = {
  failed: 'fail',
  unreachable: 'unreachable',
  unknown: 'unknown',
}

function isDone(known: Known | undefined): boolean {
  return known !== undefined && isOver(known.cursor)
}

/** Faults stop, and what was begun comes to an end without people (THREATS.md, invariant 12). */
async function settle(world: World): Promise<void> {
  world.heal()
  await world.pass(10_000)
  world.heal()
  await quiet(world)
}

async function quiet(world: World): Promise<void> {
  const { judge, queue } = world
  const busy = () =>
    [...judge.rollouts.values()].filter(
      (known) => !isOver(known.cursor) && !rests(known) && known.cursor.phase !== 'unapproved',
    )
  const unanswered = () => [...judge.letters.keys()].filter((id) => !judge.answered.has(id))
  const calm = await world.until(() => busy().length === 0 && queue.size === 0 && unanswered().length === 0, SETTLE_MS)
  if (calm || judge.violation) return
  const facts = { rollouts: busy().map(({ id, cursor }) => [id, cursor]), jobs: queue.size, letters: unanswered() }
  judge.rule(() => must(false, '12 liveness', 'faults stopped, and it neither ends nor asks for a person', facts))
}

/** Hosts answer well and people say what is needed, until the newest rollout ends. */
async function finish(world: World, people: People, environment: string): Promise<void> {
  const { judge } = world
  const rounds = 3 * world.hostNames().length + 20
  for (let round = 0; round < rounds && !judge.violation; round++) {
    const known = people.newest(environment)
    const wish = known && (nextYes(known, round) ?? wayOn(known))
    if (!wish) return
    void people.say(environment, wish)
    await world.pass(1_000)
    await quiet(world)
  }
  const known = people.newest(environment)
  judge.rule(() => must(false, '12 liveness', 'people said all they could, and it did not end', known?.cursor))
}

const VOICES = HUMANS.flatMap((human): Voice[] => [
  { human, way: 'github' },
  { human, way: 'slack' },
])

/** Everybody is asked in turn. Where nobody's yes can count, somebody gives it up. */
function nextYes({ cursor, consent }: Known, round: number): Wish | undefined {
  if (cursor.phase !== 'unapproved') return undefined
  const by = VOICES[round % VOICES.length]
  return isHopeless(consent) || !by ? { kind: 'abort' } : { kind: 'approve', by }
}

/** Failed hosts are tried again; a host that was down before and holds the place of others is taken out. */
function wayOn({ plan, cursor, hosts }: Known): Wish | undefined {
  if (cursor.phase === 'waiting') return { kind: 'continue' }
  if (cursor.phase === 'failed') return { kind: 'retry' }
  if (cursor.phase !== 'halted') return undefined
  if (hosts.some(({ phase }) => phase === 'failed' || phase === 'unreachable' || phase === 'unknown'))
    return { kind: 'retry' }
  const { halt } = cursor
  if (halt?.kind !== 'no-room') return { kind: 'resume' }
  const dead = plan.hosts.findIndex(
    ({ zone, down }, host) => down && plan.zones[zone]?.name === halt.zone && hosts[host]?.phase === 'queued',
  )
  return dead < 0 ? { kind: 'resume' } : { kind: 'skip', host: dead }
}

/** What can only be judged when all is over: from the store as it is read, and from the hosts. */
async function judgeEnd(world: World): Promise<void> {
  const { judge, store, remote, scenario } = world
  for (const known of judge.rollouts.values()) {
    const record = await store.rollout(known.id)
    const trail = await store.trail(known.id)
    judge.rule(() => {
      must(record?.cursor.phase === known.cursor.phase, '7 epoch', 'the store moved, and nobody wrote', [
        record?.cursor,
      ])
      must(trail.length === known.trail.seq, '11 trail', 'entries are missing', [trail.length, known.trail.seq])
    })
  }
  for (const { environment } of scenario.places) {
    const known = judge.newest(placeOf(environment))
    known?.hosts.forEach(({ phase }, index) => {
      const name = known.plan.hosts[index]?.host.name ?? ''
      const target = known.plan.work.release.id
      const runs = remote.installed(name)
      judge.rule(() =>
        must(phase !== 'succeeded' || runs === target, '8 success', 'a host runs another release', { name, runs }),
      )
    })
  }
  for (const { id, rollout, ask } of judge.letters.values()) {
    const asked = judge.rollouts.get(rollout)?.asked.has(id)
    judge.rule(() => must(asked === true, '1 letters', 'a letter that the trail does not know', { id, rollout, ask }))
  }
}
