// Answers who only looks: how things stand, what was before, where something runs. Of places that the channel or the person may see.

import type { Command, Target } from '../../core/command.ts'
import { reportRollout } from '../../core/report.ts'
import type { Line } from '../cli/screen/line.ts'
import { lockLines } from '../cli/words/lock.ts'
import { progressLines } from '../cli/words/status.ts'
import { readHistory, readWhere } from '../desk/read-past.ts'
import type { Said } from './door/talk.ts'
import type { Means } from './means.ts'
import { keyOf, type Places } from './places.ts'
import { saidLines } from './words.ts'

type Look = Extract<Command, { verb: 'status' | 'history' | 'where' }>

const MOST_PLACES = 10

export async function answerLook(means: Means, { look, places }: { look: Look; places: Places }): Promise<Said> {
  switch (look.verb) {
    case 'status':
      return saidLines('Status', await status(means, look.target ? [look.target] : places.places))
    case 'history':
      return saidLines(`History of ${look.target.environment}`, await readHistory(means, look))
    case 'where': {
      const open = new Set(places.places.map(keyOf))
      const release = await releaseOf(means, look.release, places)
      return saidLines('Where it runs', await readWhere(means, release, async (target) => open.has(keyOf(target))))
    }
    default:
      return look satisfies never
  }
}

/** A release, the beginning of a commit, or `#482` of the application that is meant here. */
async function releaseOf(means: Means, asked: string, { home, places }: Places): Promise<string | undefined> {
  const [, number] = /^#(\d{1,9})$/.exec(asked) ?? []
  const application = home ?? places[0]?.application
  if (number === undefined || application === undefined) return asked
  return await means.desk.commitOfPull(application, Number(number))
}

async function status(means: Means, targets: readonly Target[]): Promise<Line[]> {
  const parts: (readonly Line[])[] = []
  for (const target of targets.slice(0, MOST_PLACES)) parts.push(await means.standing(target))
  const more = targets.length - parts.length
  return [
    ...parts.flatMap((lines, index) => (index === 0 ? lines : [[], ...lines])),
    ...(more > 0 ? [[`and ${more} more`]] : []),
  ]
}

/** Reads every host of the newest rollout. */
export async function readStanding(
  { store, now }: Pick<Means, 'store' | 'now'>,
  { application, environment }: Target,
): Promise<Line[]> {
  const place = { application, environment }
  const [latest] = await store.rollouts({ ...place, limit: 1 })
  const record = latest && (await store.rollout(latest.id))
  const locked = lockLines((await store.locks(place)).locks, now())
  if (!record) return [[`Nothing was rolled out to ${application} ${environment} yet.`], ...locked]
  const report = reportRollout({ ...record, hosts: await store.hosts(record.id) })
  return [...progressLines(report, now()), ...locked]
}
