// Starts the rollout of a wish. A refusal is told on the commit, because nobody asked who could be answered.

import { readPush } from '../../adapters/github/read-pulls.ts'
import type { Environment } from '../../config/config.ts'
import type { Person } from '../../core/intent.ts'
import { noteRefusal } from '../../engine/audit.ts'
import type { Handled } from '../../engine/ports-inbox.ts'
import { shortSha } from '../desk/find-commit.ts'
import type { Home } from '../desk/home.ts'
import { orderDeploy } from '../desk/order-deploy.ts'
import type { Means } from './means.ts'
import { tell } from './tell.ts'
import type { Wish } from './wish.ts'
import { toldRefusal } from './words.ts'

const BUSY_MS = 10_000

export async function startWish(
  means: Means,
  home: Home,
  { wish, environment, intent }: { wish: Wish; environment: Environment; intent: string },
): Promise<Handled> {
  const { commit, repository } = wish
  const by = await requesterOf(home, wish)
  const found = { kind: 'commit', sha: commit, release: shortSha(commit) } as const
  const flags = { automatic: true, backwards: false, all: false }
  const request = await orderDeploy(means, home, { environment, found, by, intent, ...flags })
  const { application } = home.config
  const fact = {
    person: by,
    verb: 'deploy',
    application,
    environment: environment.name,
    automatic: true,
    intent,
  } as const
  const outcome =
    'kind' in request
      ? await noteRefusal(means.store, { ...fact, release: found.release }, request)
      : await means.engine.deploy(request)
  if (outcome.kind === 'started') return { kind: 'done', note: `started ${outcome.rollout}` }
  // Somebody was faster.
  if (outcome.reason === 'rollout-running' || outcome.reason === 'lock-held') return { kind: 'later', afterMs: BUSY_MS }
  if (outcome.reason !== 'nothing-to-do') {
    const to = { repository, commit, name: `houston ${environment.name}` }
    await tell(means, to, { intent, told: toldRefusal(outcome, environment.name) })
  }
  return { kind: 'done', note: `refused: ${outcome.reason}` }
}

/** Whoever merged, also where checks opened the way: what the event names then is whoever's check was the last. */
async function requesterOf({ octokit, path, repository }: Home, { trigger, commit, by }: Wish): Promise<Person> {
  if (trigger !== 'green') return by
  return (await readPush(octokit, path, { branch: repository.defaultBranch, sha: commit }))?.by ?? by
}
