// People and what they may do.

import { notFound, param, type Route, repositoryOf } from './call.ts'
import { showPerson } from './show.ts'
import { personOf } from './world.ts'

export const peopleRoutes: Record<string, Route> = {
  'GET /user': ({ caller, world }) => {
    const person = caller.kind === 'person' ? world.people.get(caller.id) : undefined
    return { status: 200, body: showPerson(person ?? notFound()) }
  },
  'GET /user/{account_id}': (call) => {
    return { status: 200, body: showPerson(call.world.people.get(Number(param(call, 'account_id'))) ?? notFound()) }
  },
  'GET /users/{username}': (call) => {
    return { status: 200, body: showPerson(personOf(call.world, param(call, 'username')) ?? notFound()) }
  },
  'GET /repos/{owner}/{repo}/collaborators/{username}/permission': (call) => {
    const person = personOf(call.world, param(call, 'username')) ?? notFound()
    const role = repositoryOf(call).roles.get(person.id)
    const old = role === 'maintain' ? 'write' : role === 'triage' ? 'read' : (role ?? 'none')
    return { status: 200, body: { permission: old, role_name: role ?? 'none', user: showPerson(person) } }
  },
  'GET /orgs/{org}/teams/{team_slug}/memberships/{username}': (call) => {
    const team = call.world.teams.get(`${param(call, 'org')}/${param(call, 'team_slug')}`) ?? notFound()
    const person = personOf(call.world, param(call, 'username')) ?? notFound()
    if (!team.has(person.id)) notFound()
    return { status: 200, body: { role: 'member', state: 'active', url: '' } }
  },
}
