// Whether a person may act on an environment: what its `deployers` say, asked of GitHub at this moment. Whatever GitHub does
// not answer for sure is no.

import { faultOf } from '../../adapters/github/fault.ts'
import { isTeamMember, readRole, readUserId, roleSuffices } from '../../adapters/github/read-rights.ts'
import type { Deployer, Environment } from '../../config/config.ts'
import { type Refusal, refused } from '../../core/intent.ts'
import type { Place } from './home.ts'

/** `undefined`: may. `personId`: the account's number. */
export async function refusedPerson(
  place: Place,
  { deployers }: Pick<Environment, 'deployers'>,
  personId: number,
): Promise<Refusal | undefined> {
  for (const deployer of deployers) if (await fits(place, deployer, personId)) return undefined
  return refused('not-allowed', { needs: needsOf({ deployers }) })
}

/** What a person must have or be, in words. */
export function needsOf({ deployers }: Pick<Environment, 'deployers'>): string {
  return deployers.map(nameOf).join(' or ')
}

async function fits(place: Place, deployer: Deployer, personId: number): Promise<boolean> {
  try {
    return await asked(place, deployer, personId)
  } catch (error) {
    // A permission that the App was not given, for reading teams say: nobody passes by it.
    if (faultOf(error).kind === 'refused') return false
    throw error
  }
}

async function asked({ octokit, path }: Place, deployer: Deployer, personId: number): Promise<boolean> {
  switch (deployer.kind) {
    case 'role':
      return roleSuffices(await readRole(octokit, path, personId), deployer.role)
    case 'team':
      return await isTeamMember(octokit, deployer, personId)
    case 'user':
      return (await readUserId(octokit, deployer.login)) === personId
    default:
      return deployer satisfies never
  }
}

function nameOf(deployer: Deployer): string {
  switch (deployer.kind) {
    case 'role':
      return `${deployer.role} access to the repository`
    case 'team':
      return `membership of ${deployer.organization}/${deployer.slug}`
    case 'user':
      return `to be ${deployer.login}`
    default:
      return deployer satisfies never
  }
}
