// Who a person of Slack is: the account at GitHub that they linked, or the one that the operator wrote down, or a stranger. A
// stranger has no right at any desk.

import type { Person } from '../../core/intent.ts'
import type { Actor } from './door/arrivals.ts'
import type { Talk } from './door/talk.ts'
import { loginOf } from './login-of.ts'
import type { Means } from './means.ts'

export async function personOf(means: Means, { team, user }: Actor, talk: Talk): Promise<Person> {
  const linked = await means.identity.linkedTo({ team, user })
  if (linked) return { via: 'github', id: linked.id, name: linked.login, door: 'slack' }
  const id = `${team}/${user}`
  const login = loginOf(means.settings, id)
  if (login === undefined) return { via: 'slack', id, name: await nameOf(means, { team, user, talk }) }
  const account = await means.desk.accountOf(login)
  return account ? { ...account, door: 'slack' } : { via: 'slack', id, name: login }
}

/** Nothing depends on a name: without an answer the id will do. */
async function nameOf(means: Means, who: Actor & { talk: Talk }): Promise<string> {
  try {
    return await means.nameOf(who)
  } catch {
    return who.user
  }
}
