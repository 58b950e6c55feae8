// A push to the default branch: a wish for every environment that deploys on merge. A configuration that cannot be used is told
// on the commit that brought it.

import type { Person } from '../../core/intent.ts'
import { readHome } from '../desk/home.ts'
import type { Means } from './means.ts'
import { tell } from './tell.ts'
import { sendWish } from './wish.ts'
import { toldRefusal } from './words.ts'

export type PushEvent = {
  intent: string
  repository: string
  /** `refs/heads/main`. */
  ref: string
  /** What the ref is now. */
  commit: string
  deleted: boolean
  by: Person
}

export async function onPush(means: Means, event: PushEvent): Promise<void> {
  const { intent, repository, ref, commit, deleted, by } = event
  if (deleted || !ref.startsWith('refs/heads/')) return
  const reading = await readHome(means, repository)
  const place = reading.kind === 'home' ? reading.home : reading.place
  if (ref !== `refs/heads/${place.repository.defaultBranch}`) return
  if (reading.kind === 'homeless') {
    // A repository without the file does not use Houston.
    if (reading.refusal.reason === 'no-configuration' || reading.head !== commit) return
    const to = { repository, commit, name: 'houston.yml' }
    return await tell(means, to, { intent, told: toldRefusal(reading.refusal, '<environment>') })
  }
  for (const { name, deploy } of reading.home.config.environments)
    if (deploy === 'on-merge')
      await sendWish(means, intent, { trigger: 'merge', repository, environment: name, commit, by })
}
