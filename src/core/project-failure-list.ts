// Why hosts are not well, as GitHub's Markdown: equal failures in one line, and what a few of these hosts said last.

import { codeBlock, codeSpan } from './escape-markdown.ts'
import type { LogTail } from './project-object.ts'
import type { FailureGroup } from './report-failures.ts'

const MOST_GROUPS = 20
const MOST_NAMES = 8
const MOST_TAIL = 4_000

/** One line a group, the largest first; empty when all are well. */
export function failureList(groups: readonly FailureGroup[]): string {
  const lines = groups.slice(0, MOST_GROUPS).map(({ phase, step, signature, hosts }) => {
    const at = step === undefined ? '' : ` at ${codeSpan(step)}`
    const names = hosts.names.slice(0, MOST_NAMES).map((name) => codeSpan(name))
    const rest = hosts.count - names.length
    const who = `${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
    return `- **${hosts.count} ${phase}**${at}: ${codeSpan(signature)} (${who})`
  })
  const more = groups.length - MOST_GROUPS
  return [...lines, ...(more > 0 ? [`- and ${more} other causes`] : [])].join('\n')
}

/** Folded away; blank lines around the code, or GitHub would take it for HTML. */
export function logTails(tails: readonly LogTail[]): string {
  return tails
    .map(({ host, text }) => {
      const fold = '<details><summary>What a host said last</summary>'
      return `${fold}\n\n${codeSpan(host)}\n\n${codeBlock(text.slice(-MOST_TAIL))}\n\n</details>`
    })
    .join('\n\n')
}
