// Locks of an environment in a cell of a table: who holds what, since when and until when.

import type { EnvironmentLocks, Lock } from '../../core/lock.ts'
import { html, type View } from './html.ts'
import { age, moment } from './time.ts'

export function lockBadges({ lock, hold, queue }: EnvironmentLocks, now: number): View {
  if (!lock && !hold) return html`<span class="quiet">open</span>`
  return html`${lock ? html`<p><span class="badge warn">locked</span> ${lockWords(lock, now)}</p>` : null}
    ${queue.length > 0 ? html`<p class="quiet">Waiting: ${queue.map(({ person }) => person.name).join(', ')}</p>` : null}
    ${hold ? html`<p><span class="badge warn">held</span> automatic deploys, since a rollback by ${lockWords(hold, now)}</p>` : null}`
}

function lockWords({ holder, since, until, reason }: Lock, now: number): View {
  const end = until === undefined ? 'until it is unlocked' : `until ${moment(until)}`
  return html`${holder.name}, ${age(since, now)}, ${end}${reason === undefined ? '' : `: “${reason}”`}`
}
