// Reads a message as Slack would and says what in it is alive: mentions, links, formatting, hidden characters. What stands in code,
// in preformatted text or in plain text is dead there.

import type { Rendered } from '../../src/adapters/slack/render.ts'
import { DANGEROUS } from '../../src/core/visible-text.ts'

type Node = { type?: unknown; text?: unknown }

const OURS =
  /<(?:https:\/\/(?:github\.com|houston\.acme\.dev|shop\.acme\.dev)[\w./:-]*\|[^<>`\n]{1,100}|!date\^\d+\^[^<>`|\n]+\|[\d :UTC-]+)>/g
const CODE_BLOCK = /^```\n[^`]*\n```$/gm
const CODE = /`[^`\n]+`/g
const FORBIDDEN = /[<>`&@~\\]|:\/\/|www\.|!channel|javascript:/gi

/** Every text of the message with its kind, in order; what somebody wrote is replaced by a sign where it is dead. */
export function skeleton({ text, blocks }: Rendered): string[] {
  return [
    `text ${text.length > 0}`,
    ...nodes(blocks).map(({ type, text: words }) => (type === 'mrkdwn' ? bare(String(words)) : `${type}`)),
  ]
}

/** Whatever somebody could do with it; empty when nothing. */
export function aliveIn({ text, blocks }: Rendered): string[] {
  const all = nodes(blocks)
  const markups = all.filter(({ type }) => type === 'mrkdwn').map(({ text: words }) => String(words))
  const shown = [text, ...all.map(({ text: words }) => String(words).replaceAll('\n', ''))]
  return [
    ...(text.replace(ENTITY, '').match(/[<>`&*~]/g) ?? []),
    // Slack reads what stands in angle brackets before it reads code.
    ...markups.flatMap((one) => one.replace(OURS, '').replace(ENTITY, '').match(/[<>&]/g) ?? []),
    ...markups.flatMap((one) => bare(one).match(FORBIDDEN) ?? []),
    ...shown.flatMap((one) => one.match(DANGEROUS) ?? []),
    ...all.flatMap(({ type }) => (LIVE.has(String(type)) ? [String(type)] : [])),
  ]
}

const ENTITY = /&(?:amp|lt|gt);/g
const LIVE = new Set(['link', 'user', 'usergroup', 'channel', 'broadcast', 'emoji'])

function bare(markup: string): string {
  return markup.replace(CODE_BLOCK, '▣').replace(CODE, '□').replace(OURS, '∎')
}

/** Everything with a text, and the titles of cards. */
function nodes(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodes)
  if (typeof value !== 'object' || value === null) return []
  const { type, text, title } = value as Node & { title?: unknown }
  const own = typeof text === 'string' ? [{ type, text }] : typeof title === 'string' ? [{ type, text: title }] : []
  return [...own, ...Object.values(value).flatMap(nodes)]
}
