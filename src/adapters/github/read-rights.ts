// What a person may do, asked of GitHub at the moment of the act. People are numeric ids: a login can be given up and taken
// by somebody else.

import { isAbsent } from './fault.ts'
import type { Octokit } from './octokit.ts'
import type { RepositoryPath } from './repository.ts'

export const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** Also for a role that an organisation made up: that counts as the one it builds on. `none` for whoever is unknown. */
export async function readRole(octokit: Octokit, path: RepositoryPath, personId: number): Promise<Role> {
  const login = await readLogin(octokit, personId)
  if (login === undefined) return 'none'
  try {
    const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel({ ...path, username: login })
    if (data.user?.id !== personId) return 'none'
    return asRole(data.role_name) ?? asRole(data.permission) ?? 'none'
  } catch (error) {
    if (isAbsent(error)) return 'none'
    throw error
  }
}

export function roleSuffices(role: Role, wanted: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(wanted)
}

function asRole(text: string): Role | undefined {
  return ROLES.find((role) => role === text)
}

/** An invitation that was not accepted is no membership. */
export async function isTeamMember(
  octokit: Octokit,
  { organization, slug }: { organization: string; slug: string },
  personId: number,
): Promise<boolean> {
  const login = await readLogin(octokit, personId)
  if (login === undefined) return false
  try {
    const { data } = await octokit.rest.teams.getMembershipForUserInOrg({
      ...{ org: organization, team_slug: slug, username: login },
    })
    return data.state === 'active'
  } catch (error) {
    if (isAbsent(error)) return false
    throw error
  }
}

/** The name that this id has now. */
export async function readLogin(octokit: Octokit, personId: number): Promise<string | undefined> {
  try {
    const { data } = await octokit.rest.users.getById({ account_id: personId })
    return data.id === personId ? data.login : undefined
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

/** The number of whoever has this name now. */
export async function readUserId(octokit: Octokit, login: string): Promise<number | undefined> {
  try {
    const { data } = await octokit.rest.users.getByUsername({ username: login })
    return data.id
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}
