// The forms that change an environment's locks.

import type { Target } from '../../core/command.ts'
import { formatDuration } from '../../core/duration.ts'
import type { EnvironmentLocks } from '../../core/lock.ts'
import { environmentPath } from '../view/act-forms.ts'
import { html, type View } from '../view/html.ts'

const HOURS = [1, 2, 8, 24]

/** To lock, or to unlock: steals from somebody else only when that is said. */
export function lockForms(target: Target, { lock, hold }: EnvironmentLocks, intent: string): View {
  const { environment } = target
  const action = environmentPath(target, 'act')
  const unlocking = lock ? `Ends the lock of ${lock.holder.name}.` : 'Lets automatic deploys go on.'
  return html`<details class="act" name="act"><summary>Lock…</summary><form method="post" action=${action}>
      <p>Nobody else deploys to ${environment} while you hold the lock. A rollback, halt, abort or skip is never stopped.</p>
      <p class="fields"><label>Reason <input name="reason" maxlength="200" autocomplete="off" /></label>
        <label>For <select name="forMs"><option value="">until unlocked</option>${HOURS.map((hours) => html`<option value=${hours * 3_600_000}>${formatDuration(hours * 3_600_000)}</option>`)}</select></label></p>
      <input type="hidden" name="verb" value="lock" /><input type="hidden" name="intent" value=${`${intent}-lock`} />
      <button>Lock ${environment}</button></form></details>
    ${
      lock || hold
        ? html`<details class="act" name="act"><summary>Unlock…</summary><form method="post" action=${action}>
      <p>${unlocking}</p>
      ${lock ? html`<p><label><input type="checkbox" name="steal" value="yes" /> also if it is not mine (the record says who did)</label></p>` : null}
      <input type="hidden" name="verb" value="unlock" /><input type="hidden" name="intent" value=${`${intent}-unlock`} />
      <button>Unlock ${environment}</button></form></details>`
        : null
    }`
}
