// Tells apart that rights could not be asked for, which passes, from faults of ours.

import type { Desk } from '../../engine/ports-desk.ts'

export class DeskAway extends Error {
  constructor(cause: unknown) {
    super(`the desk did not answer: ${String(cause)}`, { cause })
    this.name = 'DeskAway'
  }
}

/** The same desk; what it rejects with is `DeskAway`. */
export function watchDesk(desk: Desk): Desk {
  return {
    places: (person) => orAway(desk.places(person)),
    mayLook: (person, application) => orAway(desk.mayLook(person, application)),
    mayAct: (person, target, verb) => orAway(desk.mayAct(person, target, verb)),
    act: (asker, act) => orAway(desk.act(asker, act)),
    plan: (asker, deploy) => orAway(desk.plan(asker, deploy)),
    refs: (person, target, typed) => orAway(desk.refs(person, target, typed)),
  }
}

async function orAway<Value>(asked: Promise<Value>): Promise<Value> {
  try {
    return await asked
  } catch (error) {
    throw new DeskAway(error)
  }
}
