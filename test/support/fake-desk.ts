// The port `Desk` for tests of doors: some may look, some may act, and acts go straight to the engine.

import { carryAct, noteRefused, refusedRollout } from '../../src/apps/desk/carry-act.ts'
import type { Person, Refusal } from '../../src/core/intent.ts'
import { refused } from '../../src/core/intent.ts'
import type { Plan } from '../../src/core/plan.ts'
import type { Act, Acted, Asker, Desk, SeenPlace, SeenRef } from '../../src/engine/ports-desk.ts'
import { type HouseOnStore, orderOf, production } from '../apps/cli/house-of.ts'

const NEEDS = { needs: 'write access to acme/shop' }

export class FakeDesk implements Desk {
  /** Ids of whoever may look, and of whoever may act. */
  readonly lookers = new Set(['42', '43'])
  readonly actors = new Set(['42'])
  /** Whoever knows of rights does not answer. */
  away = false
  readonly #house: HouseOnStore

  constructor(house: HouseOnStore) {
    this.#house = house
  }

  async places(person: Person): Promise<readonly SeenPlace[]> {
    const place = { ...production, repository: 'acme/shop', deploy: 'manual', confirms: false } as const
    return this.#may(this.lookers, person) ? [] : [place]
  }

  async mayLook(person: Person, application: string): Promise<Refusal | undefined> {
    return this.#may(this.lookers, person) ?? (application === 'shop' ? undefined : refused('not-allowed', NEEDS))
  }

  async mayAct(person: Person): Promise<Refusal | undefined> {
    return this.#may(this.actors, person)
  }

  async act(asker: Asker, act: Act): Promise<Acted> {
    const { engine, store } = this.#house
    const { person, intent } = asker
    const caused = await store.causedBy(intent)
    if (caused) return { kind: 'begun', rollout: caused.id }
    const no = this.#may(this.actors, person) ?? (await refusedRollout(this.#house, act))
    if (no) return await noteRefused(store, { asker, act }, no)
    if (act.verb !== 'deploy') return await carryAct(this.#house, { asker, act })
    const reason = act.reason === undefined ? {} : { reason: act.reason }
    const begun = await engine.deploy(orderOf(act.ref ?? 'main', { by: person, intent, ...reason }))
    return begun.kind === 'refused' ? begun : { kind: 'begun', rollout: begun.rollout }
  }

  async plan({ person }: Asker, { ref }: Extract<Act, { verb: 'deploy' }>): Promise<Plan | Refusal> {
    return this.#may(this.actors, person) ?? (await this.#house.engine.plan(orderOf(ref ?? 'main', { by: person })))
  }

  async refs(_person: Person, _target: Act['target'], typed: string): Promise<readonly SeenRef[]> {
    return [{ ref: `${typed}main`, kind: 'branch', sha: 'a'.repeat(40) }]
  }

  #may(those: ReadonlySet<string>, { id }: Person): Refusal | undefined {
    if (this.away) throw new Error('GitHub does not answer')
    return those.has(id) ? undefined : refused('not-allowed', NEEDS)
  }
}
