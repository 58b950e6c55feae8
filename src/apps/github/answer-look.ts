// Answers who only looks: how things stand, what was before, where something runs. Only about the repository's own application.

import { readPullCommit } from '../../adapters/github/read-pull-commit.ts'
import type { Command } from '../../core/command.ts'
import { failureList } from '../../core/project-failure-list.ts'
import { headline, waitWords, zoneTable } from '../../core/project-headline.ts'
import { reportRollout } from '../../core/report.ts'
import { lockLines } from '../cli/words/lock.ts'
import type { Home } from '../desk/home.ts'
import { refusedOwner } from '../desk/owner.ts'
import { readHistory, readWhere } from '../desk/read-past.ts'
import type { Means } from './means.ts'
import type { Outcome } from './scene.ts'
import { toldLines } from './words.ts'

type Look = Extract<Command, { verb: 'status' | 'history' | 'where' }>

export async function answerLook(means: Means, home: Home, look: Look): Promise<Outcome> {
  switch (look.verb) {
    case 'status':
      return await status(means, home, look.target?.environment)
    case 'history':
      return await history(means, home, look)
    case 'where':
      return await where(means, home, look.release)
    default:
      return look satisfies never
  }
}

/** Of one environment, or of all. */
async function status(means: Means, home: Home, wanted: string | undefined): Promise<Outcome> {
  const bodies: string[] = []
  for (const { name } of home.config.environments) {
    if (wanted !== undefined && wanted !== name) continue
    const place = { application: home.config.application, environment: name }
    const no = await refusedOwner(means, home, place)
    if (no && wanted !== undefined) return no
    if (!no) bodies.push(await standing(means, place))
  }
  return { kind: 'told', told: { title: 'Status', body: bodies.join('\n\n') } }
}

async function standing({ store, now }: Means, place: { application: string; environment: string }): Promise<string> {
  const [latest] = await store.rollouts({ ...place, limit: 1 })
  const record = latest && (await store.rollout(latest.id))
  const { locks } = await store.locks(place)
  const locked = lockLines(locks, now())
  const lock = locked.length === 0 ? '' : toldLines(`Lock of ${place.environment}`, locked).body
  if (!record) return [`Nothing was rolled out to \`${place.environment}\` yet.`, lock].join('\n\n').trim()
  const report = reportRollout({ ...record, hosts: await store.hosts(record.id) })
  const parts = [headline(report), waitWords(report), zoneTable(report), failureList(report.failures), lock]
  return parts.filter((part) => part !== '').join('\n\n')
}

async function history(means: Means, home: Home, look: Extract<Look, { verb: 'history' }>): Promise<Outcome> {
  const no = await refusedOwner(means, home, look.target)
  if (no) return no
  return { kind: 'told', told: toldLines(`History of ${look.target.environment}`, await readHistory(means, look)) }
}

/** A release, the beginning of a commit, or `#482`. */
async function where(means: Means, home: Home, asked: string): Promise<Outcome> {
  const { octokit, path, config } = home
  const [, number] = /^#(\d{1,9})$/.exec(asked) ?? []
  const release = number === undefined ? asked : await readPullCommit(octokit, path, Number(number))
  const lines = await readWhere(means, release, async (target) => {
    return target.application === config.application && !(await refusedOwner(means, home, target))
  })
  return { kind: 'told', told: toldLines('Where it runs', lines) }
}
