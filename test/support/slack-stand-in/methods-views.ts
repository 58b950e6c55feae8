// views.*: modals, which need a trigger that is fresh, and Home tabs.

import { type Call, type Method, needed, objectOf, Refused, text } from './call.ts'
import { nextId, type Shown, type Town } from './town.ts'

const TRIGGER_MS = 3_000

export const viewMethods: Record<string, Method> = {
  'views.open': (call) => answer(open(call)),
  'views.push': (call) => answer(open(call)),
  'views.update': (call) => {
    const shown = call.town.views.get(needed(call, 'view_id'))
    if (!shown || shown.closed) throw new Refused('not_found')
    const hash = text(call, 'hash')
    if (hash !== undefined && hash !== shown.hash) throw new Refused('hash_conflict')
    Object.assign(shown, { view: viewOf(call), hash: nextId(call.town, 'h') })
    return answer(shown)
  },
  'views.publish': (call) => {
    const { town } = call
    const user = needed(call, 'user_id')
    if (!town.people.has(user)) throw new Refused('user_not_found')
    const shown = put(town, user, viewOf(call))
    town.homes.set(user, shown)
    return answer(shown)
  },
}

/** A new view that somebody sees. */
export function put(town: Town, user: string, view: Shown['view']): Shown {
  const shown: Shown = { id: nextId(town, 'V'), hash: nextId(town, 'h'), user, view, closed: false }
  town.views.set(shown.id, shown)
  return shown
}

function open(call: Call): Shown {
  const trigger = call.town.triggers.get(needed(call, 'trigger_id'))
  if (!trigger) throw new Refused('invalid_trigger')
  if (trigger.used) throw new Refused('exchanged_trigger_id')
  if (Date.now() - trigger.at > TRIGGER_MS) throw new Refused('expired_trigger_id')
  trigger.used = true
  return put(call.town, trigger.user, viewOf(call))
}

function viewOf(call: Call): Shown['view'] {
  const view = objectOf(call, 'view')
  if (!view) throw new Refused('invalid_arguments')
  return view
}

function answer({ id, hash, view }: Shown) {
  return { ok: true, view: { ...view, id, hash } }
}
