// Whether a person may act on an environment: what its `deployers` say, asked of GitHub at this moment. Whatever GitHub does
// not answer for sure is no.

import { faultOf } from '../../adapters/github/fault.ts'
import { isTeamMember, readRole, readUserId, roleSuffices } from '../../adapters/github/read-rights.ts'
import type { Environment } from '../../config/config.ts'
import { type Entitled, nameEntitled } from '../../core/approval.ts'
import { type Person, type Refusal, refused } from '../../core/intent.ts'
import type { Place } from './home.ts'

/** `undefined`: may. Whoever has no account at GitHub has no right there either. */
export async function refusedPerson(
  place: Place,
  { deployers }: Pick<Environment, 'deployers'>,
  person: Person,
): Promise<Refusal | undefined> {
  const no = refused('not-allowed', { needs: needsOf({ deployers }) })
  if (person.via === 'workflow') return isOwnWorkflow(place, person) ? refusedMachine({ deployers }) : no
  if (person.via !== 'github') return no
  for (const deployer of deployers) if (await fits(place, deployer, Number(person.id))) return undefined
  return no
}

/** GitHub lets only those run as a repository's machine who may write; where the environment asks for more, a machine has not got it. */
export function refusedMachine({ deployers }: Pick<Environment, 'deployers'>): Refusal | undefined {
  const anyWriter = deployers.some((each) => each.kind === 'role' && each.role === 'write')
  return anyWriter ? undefined : refused('not-allowed', { needs: needsOf({ deployers }) })
}

/** Another person must approve it, so GitHub must have said who asked: it could be whoever approves. */
export function refusedUnknown({ approvals }: Pick<Environment, 'approvals'>, person: Person): Refusal | undefined {
  const unknown = person.via === 'workflow' && person.id.endsWith('/unknown')
  return approvals && unknown ? NOBODY_KNOWN : undefined
}

export const NOBODY_KNOWN = refused('not-allowed', {
  needs:
    'a person who asked for it, as another one must approve it, and of a machine or of a job that was run again GitHub does not say who that is: start a new run with the deploy step, or say /deploy',
})

/** Who may look: those to whom the repository was opened on purpose. A public one may be read by everybody. */
export async function isInsider({ octokit, path, repository }: Place, person: Person): Promise<boolean> {
  if (person.via === 'workflow') return isOwnWorkflow({ repository }, person)
  if (person.via !== 'github') return false
  return roleSuffices(await readRole(octokit, path, Number(person.id)), repository.private ? 'read' : 'triage')
}

/** A workflow's id begins with its repository's number, and ends with the account of who set it off, or `unknown`. */
function isOwnWorkflow({ repository }: Pick<Place, 'repository'>, { id }: Person): boolean {
  return id.startsWith(`${repository.id}/`)
}

/** What a person must have or be, in words. */
function needsOf({ deployers }: Pick<Environment, 'deployers'>): string {
  return nameEntitled(deployers)
}

async function fits(place: Place, deployer: Entitled, personId: number): Promise<boolean> {
  try {
    return await asked(place, deployer, personId)
  } catch (error) {
    // A permission that the App was not given, for reading teams say: nobody passes by it.
    if (faultOf(error).kind === 'refused') return false
    throw error
  }
}

async function asked({ octokit, path }: Place, deployer: Entitled, personId: number): Promise<boolean> {
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
