// While GitHub answers nobody, whoever was seen within the last hour to have the right to act somewhere may still stop or take back
// a rollout there. It is memory of this process, and the audit says when it was used.

import type { Target } from '../../core/command.ts'
import type { Person } from '../../core/intent.ts'
import type { Act, Acted, Asker } from '../../engine/ports-desk.ts'
import { type Carrier, carryAct, noteRefused, refusedRollout } from './carry-act.ts'
import { onlyStops } from './only-stops.ts'

const FOR_MS = 60 * 60_000
const MOST = 10_000

export class ConfirmedRights {
  readonly #now: () => number
  readonly #at = new Map<string, number>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** What GitHub's answer to an act says of the person's right. */
  heed(person: Person, { act, acted }: { act: Act; acted: Acted }): void {
    const key = nameOf(person, act.target)
    if (this.#at.size >= MOST) this.#at.clear()
    if (acted.kind === 'refused' && acted.reason === 'not-allowed') this.#at.delete(key)
    else if (acted.kind !== 'refused') this.#at.set(key, this.#now())
  }

  /** `undefined`: what is known is too old, or the act is none that eases. */
  async ease(carrier: Carrier, { asker, act }: { asker: Asker; act: Act }): Promise<Acted | undefined> {
    const at = this.#at.get(nameOf(asker.person, act.target))
    if (at === undefined || this.#now() - at >= FOR_MS) return undefined
    if (act.verb === 'deploy' || !onlyStops(act.verb)) return undefined
    const no = await refusedRollout(carrier, act)
    if (no) return await noteRefused(carrier.store, { asker, act }, no)
    const { person, intent } = asker
    const reason = `GitHub does not answer; the right was confirmed at ${new Date(at).toISOString()}`
    const fact = { person, verb: act.verb, ...act.target, outcome: { kind: 'accepted' as const }, intent, reason }
    await carrier.store.note(fact)
    return await carryAct(carrier, { asker, act })
  }
}

function nameOf({ via, id }: Person, { application, environment }: Target): string {
  return JSON.stringify([via, id, application, environment])
}
