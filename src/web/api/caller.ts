// Whoever calls the API, and what they may see. Rights are the desk's; a token's scopes narrow them here.

import type { Target } from '../../core/command.ts'
import type { Person } from '../../core/intent.ts'
import { scopesCover } from '../../core/scope.ts'
import type { Desk } from '../../engine/ports-desk.ts'
import type { Known } from '../who.ts'

export type Caller = {
  known: Known
  /** With the door that they stand at. */
  person: Person
  /** Names this request; the same request again has the same name, if its sender gave it a key. */
  intent: string
  /** Whether they may see anything of this; asked once a request. */
  looks(place: { application: string; environment?: string }): Promise<boolean>
  /** What the scopes leave; rights are asked for at the act. */
  mayTry(target: Target): boolean
}

export function openCaller(known: Known, desk: Desk, intent: string): Caller {
  const person: Person = { ...known.person, door: known.person.door ?? 'api' }
  const seen = new Map<string, Promise<boolean>>()
  const mayLook = (application: string) => {
    const asked = seen.get(application) ?? desk.mayLook(person, application).then((no) => no === undefined)
    seen.set(application, asked)
    return asked
  }
  return {
    ...{ known, person, intent },
    looks: async (place) => scopesCover(known.scopes, { may: 'look', ...place }) && (await mayLook(place.application)),
    mayTry: (target) => scopesCover(known.scopes, { may: 'act', ...target }),
  }
}
