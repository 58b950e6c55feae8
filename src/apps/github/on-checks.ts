// Something was checked: a wish for every environment that deploys on green, when it was about the head of the default branch.
// Whether all is green is read when the wish is carried out, not here.

import type { Person } from '../../core/intent.ts'
import { readHome } from '../desk/home.ts'
import type { Means } from './means.ts'
import { sendWish } from './wish.ts'

export type ChecksEvent = {
  intent: string
  repository: string
  commit: string
  /** Who pushed, or whoever's check it was. */
  by: Person
}

export async function onChecks(means: Means, { intent, repository, commit, by }: ChecksEvent): Promise<void> {
  const reading = await readHome(means, repository)
  if (reading.kind === 'homeless' || reading.home.head !== commit) return
  for (const { name, deploy } of reading.home.config.environments)
    if (deploy === 'on-green')
      await sendWish(means, intent, { trigger: 'green', repository, environment: name, commit, by })
}
