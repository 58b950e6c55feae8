// Tells somebody on GitHub something once: a comment where a person asked, a neutral check run on a commit, a status of a
// deployment. Found by its marker before it is made, so a handler that is called again tells nothing twice.

import { shareOf } from '../../core/project-budget.ts'
import type { ForgeContent, ForgeObject } from '../../core/project-forge.ts'
import type { Desired } from '../../core/project-object.ts'
import type { Budget, Found, Outgoing, Written } from '../../engine/ports-outside.ts'
import { Later, LIMITED_MS } from '../desk/later.ts'
import type { Means } from './means.ts'
import type { Told } from './words.ts'

export type Addressee = { repository: string } & (
  | { issue: number }
  | { commit: string; name: string }
  | { deployment: number }
)

const LONGEST_MS = 8_000
const UNSURE_MS = 10_000

/** `progress`: to strangers, whose words must not use up what the phases and the end of a rollout need. */
type Share = 'phase' | 'progress'

/** `intent`: what is answered, unique. Throws `Later` when GitHub must be left in peace. */
export async function tell(
  means: Means,
  to: Addressee,
  { intent, told, share = 'phase' }: { intent: string; told: Told; share?: Share },
): Promise<void> {
  const object = { marker: `answer/${intent}`, content: contentOf(to, told), ...parentOf(to) }
  const budgets = await claimWrite(means, object.content, share)
  const found = await means.forge.find(object, AbortSignal.timeout(LONGEST_MS))
  // Whoever may not look may not write either.
  if (found.kind === 'absent') await write(means, object, budgets)
  else await heed(means, found, budgets)
}

/** GitHub keeps a reaction once, however often it is made. */
export async function react(
  means: Means,
  { repository, comment }: { repository: string; comment: number },
  content: ForgeContent<'reaction'>['content'],
): Promise<void> {
  const reaction: ForgeObject = { kind: 'reaction', repository, comment, content }
  await write(means, { marker: '', content: reaction }, await claimWrite(means, reaction, 'phase'))
}

async function write(means: Means, object: Outgoing<ForgeObject>, budgets: readonly Budget[]): Promise<void> {
  await heed(means, await means.forge.create(object, AbortSignal.timeout(LONGEST_MS)), budgets)
}

/** Gone, or refused for good: there is nobody to tell. */
async function heed({ projections }: Means, no: Written | Found, budgets: readonly Budget[]): Promise<void> {
  if (no.kind === 'unsure') throw new Later(UNSURE_MS, `GitHub did not answer: ${no.why}`)
  if (no.kind !== 'limited') return
  const afterMs = no.retryAfterMs ?? LIMITED_MS
  await projections.pause(budgets, afterMs)
  throw new Later(afterMs, 'GitHub asks to be left in peace')
}

async function claimWrite({ surface, projections }: Means, content: ForgeObject, share: Share): Promise<Budget[]> {
  const object: Desired<ForgeObject> = { key: 'answer', content, urgency: share, when: 'update' }
  const budgets = surface.budgets(object, '').map(({ key, limits }) => ({ key, limits: shareOf(limits, share) }))
  const taken = await projections.take(budgets)
  if (taken.kind === 'wait') throw new Later(taken.ms, 'writes to GitHub are spent for now')
  return budgets
}

function contentOf(to: Addressee, { title, body }: Told): ForgeObject {
  const { repository } = to
  if ('issue' in to) return { kind: 'comment', repository, issue: to.issue, body }
  if ('deployment' in to) return { kind: 'deployment-status', repository, state: 'error', description: title }
  const { commit, name } = to
  return {
    ...{ kind: 'check-run', repository, commit, name, title, summary: body },
    ...{ status: 'completed', conclusion: 'neutral', actions: [] },
  }
}

function parentOf(to: Addressee): { parent?: string } {
  return 'deployment' in to ? { parent: String(to.deployment) } : {}
}
