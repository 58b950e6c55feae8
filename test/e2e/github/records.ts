// Looks at what a house's GitHub holds for a release: the objects that people would see. It writes nothing.

import type { CheckRun, Comment, Deployment, Repository } from '../../support/github-stand-in/world.ts'
import type { House } from './house.ts'

export type Of = { sha: string; environment?: string; task?: string }

export function deploymentsOf(
  { deployments }: Repository,
  { sha, environment = 'production', task }: Of,
): Deployment[] {
  const fits = (each: Deployment) => each.sha === sha && each.environment === environment
  return deployments.filter((each) => fits(each) && (task === undefined || each.task === task))
}

export function statesOf(deployment: Deployment | undefined): string[] {
  return deployment?.statuses.map(({ state }) => state) ?? []
}

/** Houston's own. */
export function runsOf({ shop, github }: House, sha: string): CheckRun[] {
  return shop.checkRuns.filter((run) => run.sha === sha && run.app === github.world.app.id)
}

/** Houston's own. */
export function commentsOn({ shop, github }: House, issue: number): Comment[] {
  return shop.comments.filter((each) => each.issue === issue && each.app === github.world.app.id)
}

export function reactionsTo({ shop }: House, { id }: Comment): string[] {
  return shop.reactions.filter(({ comment }) => comment === id).map(({ content }) => content)
}

export type Settled = Of & {
  state: string
  /** How many check runs tell of it, all of them completed. */
  runs?: number
}

/** Resolves when the release's newest deployment is in this state. */
export async function settled(house: House, of: Settled): Promise<Deployment> {
  const { github, shop, server } = house
  const { sha, environment = 'production', state, runs = 0 } = of
  try {
    return await github.until(`${environment} ${state} at ${sha}`, () => {
      const deployment = deploymentsOf(shop, of).at(-1)
      const done = runsOf(house, sha).filter(({ status }) => status === 'completed')
      return deployment && statesOf(deployment).at(-1) === state && done.length >= runs && deployment
    })
  } catch (error) {
    const deployments = shop.deployments.map((each) => [each.sha, each.task, statesOf(each)])
    const seen = { deployments, runs: runsOf(house, sha).map(({ name, status }) => [name, status]) }
    throw new Error(`${JSON.stringify(seen)}\n${server.said.slice(-8).join('\n')}`, { cause: error })
  }
}
