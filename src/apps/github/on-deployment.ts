// A deployment that somebody else created, by the API or in a workflow, for an environment that we know: it is carried out, and
// their record is the rollout's. What is refused is told on it. Environments that we do not know are somebody else's matter.

import { isReachable } from '../../adapters/github/read-reachable.ts'
import { resolveRef } from '../../adapters/github/read-ref.ts'
import type { Environment } from '../../config/config.ts'
import { type Person, type Refusal, refused } from '../../core/intent.ts'
import { noteRefusal } from '../../engine/audit.ts'
import type { DeployRequest } from '../../engine/plan-deploy.ts'
import { type FoundCommit, nameCommit, shortSha } from '../desk/find-commit.ts'
import { type Home, readHome } from '../desk/home.ts'
import { orderDeploy } from '../desk/order-deploy.ts'
import { NOBODY_KNOWN, refusedMachine, refusedPerson } from '../desk/rights.ts'
import type { Means } from './means.ts'
import { tell } from './tell.ts'
import { toldRefusal } from './words.ts'

export type DeploymentEvent = {
  intent: string
  repository: string
  deployment: number
  /** Full SHA. */
  commit: string
  /** As it was asked for: a branch, a tag or a commit. */
  ref: string
  task: string
  environment: string
  /** Ours: the record of a rollout. */
  own: boolean
  by: Person
  /** A workflow, or an App: no person's rights can be asked for. */
  byMachine: boolean
  /** A machine, and who set it going is not told. */
  byNobody: boolean
}

export async function onDeployment(means: Means, event: DeploymentEvent): Promise<void> {
  if (event.own || event.task !== 'deploy') return
  const reading = await readHome(means, event.repository)
  if (reading.kind === 'homeless') return
  const { home } = reading
  const environment = home.config.environments.find(({ name }) => name === event.environment)
  if (!environment || (await means.store.causedBy(event.intent))) return
  const order = await orderOf(means, home, { event, environment })
  const outcome =
    'kind' in order ? await noted(means, home, { event, refusal: order }) : await means.engine.deploy(order)
  if (outcome.kind === 'started') return
  const { repository, deployment, intent } = event
  await tell(means, { repository, deployment }, { intent, told: toldRefusal(outcome, environment.name) })
}

type Wanted = { event: DeploymentEvent; environment: Environment }

async function orderOf(means: Means, home: Home, { event, environment }: Wanted): Promise<DeployRequest | Refusal> {
  const no = await refusedCreator(home, { event, environment })
  if (no) return no
  const found = await findDeployed(home, event)
  if (found.kind === 'refused') return found
  const { by, intent, byMachine, deployment } = event
  const flags = { automatic: byMachine, backwards: false, all: false }
  return await orderDeploy(means, home, { environment, found, by, intent, asked: { deployment }, ...flags })
}

async function refusedCreator(home: Home, { event, environment }: Wanted): Promise<Refusal | undefined> {
  if (!event.byMachine) return await refusedPerson(home, environment, event.by)
  return environment.approvals && event.byNobody ? NOBODY_KNOWN : refusedMachine(environment)
}

async function findDeployed(
  { octokit, path, repository }: Home,
  { commit, ref }: DeploymentEvent,
): Promise<FoundCommit | Refusal> {
  const { defaultBranch } = repository
  if (!(await isReachable(octokit, path, { commit, defaultBranch })))
    return refused('unreachable-commit', { commit: shortSha(commit) })
  const resolved = await resolveRef(octokit, path, ref)
  const byTag = resolved.kind === 'commit' && resolved.from === 'tag' && resolved.sha === commit
  return nameCommit(commit, byTag ? ref : undefined)
}

async function noted(
  { store }: Means,
  { config }: Home,
  { event, refusal }: { event: DeploymentEvent; refusal: Refusal },
): Promise<Refusal> {
  const { by: person, environment, intent, commit } = event
  const fact = { person, verb: 'deploy', application: config.application, environment, intent } as const
  await noteRefusal(store, { ...fact, release: shortSha(commit) }, refusal)
  return refusal
}
