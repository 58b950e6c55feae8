// A desk for tests of pages: everybody may look at what there is, one person may not act. What is asked for is kept, not done.

import { type Refusal, refused } from '../../../src/core/intent.ts'
import type { Plan } from '../../../src/core/plan.ts'
import type { Store } from '../../../src/engine/ports.ts'
import type { Act, Acted, Asker, Desk, SeenPlace } from '../../../src/engine/ports-desk.ts'

/** `approval`: why nobody's approval counts. */
export type FakeDesk = Desk & { asked: { asker: Asker; act: Act }[]; answer: Acted; approval: Refusal | undefined }

/** `hidden`: an application that nobody may look at. `onlooker`: the id of the person who may not act. */
export function fakeDesk(store: Store, { hidden = 'undercover', onlooker = 'onlooker' } = {}): FakeDesk {
  const no = refused('not-allowed', { needs: 'write access' })
  const desk: FakeDesk = {
    asked: [],
    approval: undefined,
    answer: { kind: 'accepted' },
    async places() {
      const rollouts = await store.rollouts({ limit: 100 })
      const places = rollouts.map(
        ({ application, environment }): SeenPlace => ({ application, environment, deploy: 'manual', confirms: true }),
      )
      return [...new Map(places.map((place) => [`${place.application} ${place.environment}`, place])).values()].filter(
        ({ application }) => application !== hidden,
      )
    },
    mayLook: async (_, application) => (application === hidden ? no : undefined),
    mayAct: async ({ id }, _, verb) => (verb ? desk.approval : id === onlooker ? no : undefined),
    async act(asker, act) {
      desk.asked.push({ asker, act })
      return desk.answer
    },
    async plan(_, { target }): Promise<Plan> {
      const [latest] = await store.rollouts({ ...target, limit: 1 })
      const record = latest && (await store.rollout(latest.id))
      if (!record) throw new Error('nothing to plan from')
      return record.plan
    },
    refs: async () => [
      { ref: 'main', kind: 'branch' },
      { ref: 'v1.4.2', kind: 'tag' },
    ],
  }
  return desk
}
