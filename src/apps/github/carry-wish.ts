// Carries a wish out when nothing is in its way: later while a rollout has not ended or a lock holds, and never when its commit
// is no longer the head of the default branch. So a newer merge takes the place of one that waits, and never of one that runs.

import { readChecks } from '../../adapters/github/read-checks.ts'
import { isAncestor } from '../../adapters/github/read-reachable.ts'
import type { Environment } from '../../config/config.ts'
import { lockInTheWay } from '../../core/lock.ts'
import { hasEnded, waitsForPerson } from '../../core/rollout.ts'
import type { Handled, Handler, InboxRow } from '../../engine/ports-inbox.ts'
import { type Home, readHome } from '../desk/home.ts'
import { laterMs } from '../desk/later.ts'
import type { Means } from './means.ts'
import { startWish } from './start-wish.ts'
import { readWish, type Wish } from './wish.ts'

/** How soon it is looked again whether the way is free. */
const AGAIN_MS = { running: 10_000, stopped: 60_000, behind: 10_000 }
/** GitHub may read a branch as it was before a push; not for longer than this. */
const LAG_MS = 5 * 60_000

export function createWishHandler(means: Means): Handler {
  return async (row) => {
    try {
      return await carry(means, row)
    } catch (error) {
      const afterMs = laterMs(error)
      if (afterMs === undefined) throw error
      return { kind: 'later', afterMs }
    }
  }
}

async function carry(means: Means, row: InboxRow): Promise<Handled> {
  const wish = readWish(row)
  const reading = await readHome(means, wish.repository)
  if (reading.kind === 'homeless') return done(reading.refusal.reason)
  const { home } = reading
  const environment = home.config.environments.find(({ name }) => name === wish.environment)
  if (environment?.deploy !== DEPLOYS[wish.trigger]) return done('the configuration no longer asks for it')
  // A commit is green once, however many checks say so.
  const once = `github-green:${home.repository.id}/${wish.environment}/${wish.commit}`
  const intent = wish.trigger === 'green' ? once : row.id
  if (await means.store.causedBy(intent)) return done('carried out already')
  const no = (await notTheHead(means, home, { wish, row })) ?? (await notGreen(means, home, { wish, environment }))
  return no ?? (await inTheWay(means, home, wish)) ?? (await startWish(means, home, { wish, environment, intent }))
}

const DEPLOYS = { merge: 'on-merge', green: 'on-green' } as const

async function notTheHead(
  { now }: Means,
  { octokit, path, head }: Home,
  { wish: { commit }, row }: { wish: Wish; row: InboxRow },
): Promise<Handled | undefined> {
  if (commit === head) return undefined
  const lags = now() - row.receivedAt < LAG_MS && (await isAncestor(octokit, path, { ancestor: head, of: commit }))
  return lags ? { kind: 'later', afterMs: AGAIN_MS.behind } : done('overtaken: the default branch went on')
}

/** Fails closed; the next check that reports wishes again. */
async function notGreen(
  { github }: Means,
  { octokit, path, repository }: Home,
  { wish, environment }: { wish: Wish; environment: Environment },
): Promise<Handled | undefined> {
  if (wish.trigger !== 'green') return undefined
  const wanted = { commit: wish.commit, which: environment.checks, branch: repository.defaultBranch }
  const verdict = await readChecks(octokit, path, { ...wanted, ownAppId: github.appId })
  return verdict.kind === 'green' ? undefined : done(`${verdict.kind}: ${verdict.why.join(', ')}`)
}

async function inTheWay({ store }: Means, { config }: Home, { environment, by }: Wish): Promise<Handled | undefined> {
  const place = { application: config.application, environment }
  const [latest] = await store.rollouts({ ...place, limit: 1 })
  if (latest) {
    const { cursor } = latest
    // A newer merge takes the place of one that nobody has approved yet, not of what a person asked for.
    if (cursor.phase === 'halted' || waitsForPerson(cursor)) return { kind: 'later', afterMs: AGAIN_MS.stopped }
    if (!hasEnded(cursor.phase) && cursor.phase !== 'unapproved') return { kind: 'later', afterMs: AGAIN_MS.running }
  }
  const lock = lockInTheWay((await store.locks(place)).locks, { kind: 'deploy', by, automatic: true })
  return lock && { kind: 'later', afterMs: AGAIN_MS.stopped }
}

function done(note: string): Handled {
  return { kind: 'done', note: note.slice(0, 500) }
}
