// Who a person is in Slack, when somebody is to be written to: whoever linked that account at GitHub, or whom the operator wrote
// down. The other way round is `who.ts`.

import type { SlackSettings } from '../../config/settings.ts'
import type { Addressee } from '../../core/project-chat.ts'
import type { IdentityStore } from '../../engine/ports-identity.ts'

export type Member = { team: string; user: string }

export type Directory = {
  identity: Pick<IdentityStore, 'links'>
  people: SlackSettings['people']
  /** The workspaces that are connected now. */
  teams: () => readonly string[]
}

/** `undefined`: nobody that is known, or nobody whom a connected workspace has. */
export async function memberOf({ identity, people, teams }: Directory, person: Addressee): Promise<Member | undefined> {
  const connected = teams()
  const known = (member: Member | undefined) => member !== undefined && connected.includes(member.team)
  if (person.via === 'slack') return [readMember(person.id, undefined)].find(known)
  if (person.via !== 'github') return undefined
  const linked = (await identity.links(person.id)).find(known)
  if (linked) return { team: linked.team, user: linked.user }
  const login = person.name.toLowerCase()
  const named = [...people].flatMap(([member, of]) => (of.toLowerCase() === login ? [member] : []))
  const only = connected.length === 1 ? connected[0] : undefined
  return named.map((member) => readMember(member, only)).find(known)
}

/** `T…/U…`; without a workspace it is in `only`. */
function readMember(text: string, only: string | undefined): Member | undefined {
  const [first = '', second] = text.split('/')
  const [team, user] = second === undefined ? [only, first] : [first, second]
  return team === undefined ? undefined : { team, user }
}
