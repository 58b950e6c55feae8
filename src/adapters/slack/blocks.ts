// Slack's blocks, each made in one place, and what a message may weigh. Markup is never parsed for names and addresses
// (`verbatim`). No wording, and no facts.

import type { types } from '@slack/bolt'

export type Block = types.KnownBlock

/** Slack's limits: https://docs.slack.dev/reference/block-kit */
const MOST_SECTION = 3_000
const MOST_HEADER = 150
const MOST_BLOCKS = 50
/** Slack fails near 13,200 (`msg_blocks_too_long`) and does not say what it counts. */
const MOST_WEIGHT = 12_500
/** Of the lines of one block, so that no block alone is too much. */
const MOST_LINES = 6_000

export function header(text: string): Block {
  return { type: 'header', text: { type: 'plain_text', text: text.slice(0, MOST_HEADER), emoji: true } }
}

/** Markup of ours, with somebody's text in it only as `escape.ts` makes it. */
export function markup(lines: readonly string[]): Block {
  return { type: 'section', text: { type: 'mrkdwn', text: joined(lines), verbatim: true } }
}

/** Markup with one button beside it. */
export function beside(lines: readonly string[], accessory: types.Button): Block {
  return { type: 'section', text: { type: 'mrkdwn', text: joined(lines), verbatim: true }, accessory }
}

/** Somebody's text as it is: Slack parses nothing here. */
export function said(text: string): Block {
  return { type: 'section', text: { type: 'plain_text', text: text.slice(0, MOST_SECTION), emoji: true } }
}

export function small(lines: readonly string[]): Block {
  return { type: 'context', elements: [{ type: 'mrkdwn', text: joined(lines), verbatim: true }] }
}

export function preformatted(text: string): Block {
  return { type: 'rich_text', elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }] }
}

/** Cut between lines: half a code span would set its rest free. */
function joined(lines: readonly string[]): string {
  const shown: string[] = []
  let [length, weight] = [0, 0]
  for (const line of lines) {
    length += line.length + 1
    weight += weigh(line)
    if (length > MOST_SECTION - 40 || weight > MOST_LINES)
      return [...shown, `… and ${lines.length - shown.length} more`].join('\n')
    shown.push(line)
  }
  return shown.join('\n')
}

/** Blocks that stand or fall together. Those of the highest rank are left out first; those without one never. */
export type Part = { blocks: readonly Block[]; rank?: number }

export function compose(parts: readonly Part[]): Block[] {
  const blocks = parts.flatMap((part) => part.blocks)
  if (blocks.length <= MOST_BLOCKS && weigh(blocks) <= MOST_WEIGHT) return blocks
  const heaviest = parts.reduce((most, { rank = 0 }) => Math.max(most, rank), 0)
  return heaviest === 0 ? blocks : compose(parts.filter(({ rank = 0 }) => rank < heaviest))
}

/** As JSON in which everything beyond ASCII is written as `\uXXXX`: the heaviest way to write it. */
export function weigh(value: unknown): number {
  let weight = 0
  const text = JSON.stringify(value)
  for (let index = 0; index < text.length; index++) weight += text.charCodeAt(index) < 0x80 ? 1 : 6
  return weight
}
