// Failures by signature: equal ones are one line, the largest group first, with links to hosts.

import { hosts } from '../../core/phrases.ts'
import type { RolloutReport } from '../../core/report.ts'
import { hostPath } from './host-cell.ts'
import { html, type View } from './html.ts'
import { causeWords, HOST_SIGNS } from './words.ts'

export function failureList({ failures, rollout }: RolloutReport): View {
  if (failures.length === 0) return html`<p class="quiet">None.</p>`
  return html`<ul class="failures">${failures.map((group) => {
    const { tone, glyph } = HOST_SIGNS[group.phase]
    const rest = group.hosts.count - group.hosts.names.length
    const links = group.hosts.names.map(
      (name) => html`<a href=${hostPath(rollout, name)} data-host=${name}>${name}</a> `,
    )
    return html`<li>
      <p><b class="tone ${tone}"><span aria-hidden="true">${glyph}</span> ${hosts(group.hosts.count)}</b> <code class="said">${causeWords(group)}</code></p>
      <p class="names">${links}${rest > 0 ? `and ${rest} more` : ''}</p>
    </li>`
  })}</ul>`
}
