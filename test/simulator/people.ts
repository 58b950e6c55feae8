// People: they ask whichever process they reach, at moments of the scenario or when a rollout rests, sometimes two at once.

import type { Ask, Person, Refusal } from '../../src/core/intent.ts'
import type { Strategy } from '../../src/core/strategy.ts'
import { fleetOf, plain, workOf } from '../support/plan-of.ts'
import { personOf, type Voice } from './cast.ts'
import { type Dice, diceFrom } from './dice.ts'
import type { Known } from './judge/known.ts'
import { Outage, type Replica } from './replica.ts'
import type { Act, Place, Wish } from './scenario.ts'
import type { World } from './world.ts'

export const APPLICATION = 'shop'
const LOOK_EVERY_MS = 100
const AGAIN_MS = 700
const BY: Person = { via: 'terminal', id: '1', name: 'ada' }

export class People {
  readonly #world: World
  readonly #dice: Dice
  /** What people say to a rollout that rests, per environment. */
  readonly #reactions = new Map<string, Act[]>()

  constructor(world: World) {
    this.#world = world
    this.#dice = diceFrom(world.scenario.seed, 'people')
  }

  begin(): void {
    const { scenario, clock } = this.#world
    for (const act of scenario.acts) {
      if (act.when.kind === 'at') clock.after(act.when.ms, () => this.#act(act))
      else this.#reactions.set(act.environment, [...(this.#reactions.get(act.environment) ?? []), act])
    }
    for (const { environment } of scenario.places) this.#look(environment)
  }

  /** Says it once, to a process that lives; the promise is for tests that wait. */
  async say(environment: string, wish: Wish, replica = this.#anyone()): Promise<void> {
    if (!replica) return
    const { judge } = this.#world
    const engine = replica.engine
    const reply = (words: string) => this.#world.say(() => `  replica ${replica.index} answers ${wish.kind}: ${words}`)
    this.#world.say(() => `somebody asks replica ${replica.index}: ${wishInWords(wish)} (${environment})`)
    try {
      const seen = judge.seen(placeOf(environment))
      const answer = await this.#ask(engine, environment, wish)
      if ('reason' in answer) judge.refused(placeOf(environment), { wish, refusal: answer, seen })
      reply('reason' in answer ? `no, ${answer.reason}` : 'yes')
    } catch (error) {
      reply(String(error))
      if (!(error instanceof Outage)) judge.fault(error)
    }
  }

  #act(act: Act): void {
    const first = this.#anyone()
    if (!first) {
      this.#world.clock.after(AGAIN_MS, () => this.#act(act))
      return
    }
    const second = act.twice ? this.#anyone() : undefined
    for (const replica of [first, second])
      if (replica) replica.gate.pass(() => void this.say(act.environment, act.wish, replica))
  }

  #anyone(): Replica | undefined {
    const alive = this.#world.alive()
    return alive[this.#dice.below(alive.length)]
  }

  #look(environment: string): void {
    const { clock, luck } = this.#world
    clock.after(LOOK_EVERY_MS, () => {
      const left = this.#reactions.get(environment) ?? []
      if (!luck.on || left.length === 0) return
      const known = this.newest(environment)
      const next = left.find(({ when }) => known && isLike(known, when.kind))
      if (next) left.splice(left.indexOf(next), 1)
      if (next) clock.after(next.when.ms, () => this.#act(next))
      clock.after((next?.when.ms ?? 0) + LOOK_EVERY_MS, () => this.#look(environment))
    })
  }

  newest(environment: string): Known | undefined {
    return this.#world.judge.newest(placeOf(environment))
  }

  async #ask(engine: Replica['engine'], environment: string, wish: Wish): Promise<{ kind: string } | Refusal> {
    if (wish.kind === 'deploy') return engine.deploy(this.#request(environment, wish))
    if (wish.kind === 'rollback') {
      const to = wish.to !== undefined && { to: wish.to, reason: 'to' }
      return engine.rollback({ application: APPLICATION, environment, by: BY, ...to })
    }
    const known = this.newest(environment)
    if (!known) return { kind: 'nobody' }
    return engine.ask(known.id, wish.kind === 'approve' ? personOf(wish.by) : BY, askOf(wish, known))
  }

  #request(environment: string, wish: Extract<Wish, { kind: 'deploy' }>) {
    const { scenario, judge } = this.#world
    const place = scenario.places.find((each) => each.environment === environment)
    return { ...requestFor(place, wish), ...(judge.rules.has(environment) && ruled(place, wish)) }
  }
}

type Deploy = Extract<Wish, { kind: 'deploy' }>

function requestFor(place: Place | undefined, { release, strategy, includeCurrent, by, automatic }: Deploy) {
  const work = { ...workOf(release), application: APPLICATION, environment: place?.environment ?? '' }
  const asked = { by: by ? personOf(by) : BY, ...(automatic && { automatic }) }
  return { work, fleet: fleetOf(place?.zones ?? {}), strategy, includeCurrent, ...asked }
}

/** As doors do it: the rule of the file, and who wrote the release, by their accounts. */
function ruled({ rule }: Partial<Place> = {}, { release }: Deploy) {
  if (!rule) return {}
  const { required, notAuthor } = rule
  const authors = (rule.authors[release] ?? []).map((human): Voice => ({ human, way: 'github' }))
  return { approvals: { required, from: [], notAuthor }, authors: authors.map(personOf) }
}

export function placeOf(environment: string): string {
  return `${APPLICATION}/${environment}`
}

/** Yesterday's deploy: to everybody at once, whatever comes of it. */
export const YESTERDAY: Wish = {
  kind: 'deploy',
  release: 'r1',
  strategy: { ...plain, maxFailures: {} },
  includeCurrent: true,
}

function isLike(known: Known, kind: Act['when']['kind']): boolean {
  const { phase } = known.cursor
  if (kind === 'bake') return phase === 'baking'
  if (kind === 'unapproved') return phase === 'unapproved'
  return kind === 'run' ? phase === 'running' : rests(known)
}

export function rests({ cursor, hosts }: Known): boolean {
  const { phase } = cursor
  if (hosts.some((host) => host.phase === 'running')) return false
  return phase === 'halted' || phase === 'waiting' || phase === 'failed'
}

function askOf(wish: Exclude<Wish, { kind: 'deploy' | 'rollback' }>, known: Known): Ask {
  if (wish.kind === 'approve') return { kind: 'approve', ...(wish.release !== undefined && { release: wish.release }) }
  if (wish.kind !== 'skip') return { kind: wish.kind }
  const { hosts } = known.plan
  const out = hosts.findIndex(({ down }, index) => {
    const phase = known.hosts[index]?.phase
    return phase === 'failed' || phase === 'unreachable' || phase === 'unknown' || (down && phase === 'queued')
  })
  const index = wish.host === undefined ? Math.max(0, out) : wish.host % hosts.length
  return { kind: 'skip', hostName: hosts[index]?.host.name ?? '' }
}

export function wishInWords(wish: Wish): string {
  if (wish.kind === 'deploy') return `deploy ${wish.release}${voiceInWords(wish.by)}, ${strategyInWords(wish.strategy)}`
  if (wish.kind === 'approve') return `approve ${wish.release ?? ''}${voiceInWords(wish.by)}`
  if (wish.kind === 'rollback') return wish.to ? `rollback to ${wish.to}` : 'rollback'
  return wish.kind
}

function voiceInWords(by: Voice | undefined): string {
  return by ? ` by ${by.human} (${by.way})` : ''
}

function strategyInWords(strategy: Strategy): string {
  return JSON.stringify(strategy).replaceAll('"', '')
}
