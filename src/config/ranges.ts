// Host patterns: `web[01-40].use1a.acme.dev`, several brackets, lists, steps. Read first and counted; expanded only when the
// caller knows that the count is bearable.

import { hostNameProblem, splitEndpoint } from './address.ts'
import { ok, type Parsed, wrong } from './fault.ts'
import { show } from './printable.ts'

/** One bracket's item. A `span` keeps the written width: `01` to `40`. */
type Item =
  | { kind: 'word'; word: string }
  | { kind: 'span'; from: number; to: number; step: number; width: number; letters: boolean }

export type Pattern = {
  text: string
  /** Literal texts and brackets in turn. */
  pieces: readonly (string | readonly Item[])[]
  count: number
  user?: string
  port?: number
}

/** More than this from one pattern is a slip of the keyboard. */
const MOST_HOSTS = 100_000

export function parsePattern(text: string): Parsed<Pattern> {
  const split = splitEndpoint(text)
  if (split.kind === 'wrong') return split
  const { host, ...login } = split.value
  const pieces = host.includes(':') && !host.includes('[') ? ok([host]) : parsePieces(host)
  if (pieces.kind === 'wrong') return pieces
  const count = pieces.value.reduce((product, piece) => product * (typeof piece === 'string' ? 1 : size(piece)), 1)
  if (count > MOST_HOSTS) return wrong(`${show(text)} yields ${count} hosts; at most ${MOST_HOSTS} are possible`)
  const pattern = { text, pieces: pieces.value, count, ...login }
  const problem = edges(pattern)
    .map(hostNameProblem)
    .find((found) => found !== undefined)
  return problem === undefined ? ok(pattern) : wrong(problem, 'hosts such as web01.acme.dev or web[01-40].acme.dev')
}

/** Every host name, the last bracket turning fastest. */
export function expandPattern(pattern: Pattern): string[] {
  return pattern.pieces.reduce<string[]>(
    (heads, piece) => {
      const tails = typeof piece === 'string' ? [piece] : piece.flatMap(words)
      return heads.flatMap((head) => tails.map((tail) => head + tail))
    },
    [''],
  )
}

/** The first and the last name, without expanding what is between. */
function edges(pattern: Pattern): string[] {
  return [0, -1].map((end) =>
    pattern.pieces.map((piece) => (typeof piece === 'string' ? piece : edge(piece.at(end)))).join(''),
  )
}

function edge(item: Item | undefined): string {
  return item === undefined ? '' : wordAt(item, 0)
}

function parsePieces(host: string): Parsed<(string | Item[])[]> {
  const pieces: (string | Item[])[] = []
  for (const token of host.match(/\[[^[\]]*\]|[^[\]]+|[[\]]/g) ?? []) {
    if (token === '[' || token === ']')
      return wrong(`${show(host)} has a bracket without its other half`, 'web[01-40].acme.dev')
    const items = token.startsWith('[') ? parseItems(token.slice(1, -1)) : ok(token)
    if (items.kind === 'wrong') return items
    pieces.push(items.value)
  }
  return ok(pieces)
}

function parseItems(inside: string): Parsed<Item[]> {
  const items: Item[] = []
  for (const part of inside.split(',').map((piece) => piece.trim())) {
    const item = parseItem(part)
    if (item.kind === 'wrong') return item
    items.push(item.value)
  }
  return ok(items)
}

function parseItem(part: string): Parsed<Item> {
  const [, from, to, step = '1'] = /^(\d{1,9}|[a-z]|[A-Z])-(\d{1,9}|[a-z]|[A-Z])(?::(\d{1,9}))?$/.exec(part) ?? []
  if (from === undefined || to === undefined) return parseWord(part)
  const letters = !/\d/.test(from)
  if (letters !== !/\d/.test(to) || (letters && from < 'a' !== to < 'a')) {
    return wrong(`[${part}] goes from a digit to a letter, or changes case`, '[01-40] or [a-d]')
  }
  if (Number(step) === 0) return wrong(`[${part}] has a step of 0`, `[${from}-${to}:1]`)
  return letters ? letterSpan(part, [from, to], Number(step)) : numberSpan(part, [from, to], Number(step))
}

function parseWord(word: string): Parsed<Item> {
  if (/^[A-Za-z0-9._-]+$/.test(word) && !/^\d+-\d+/.test(word)) return ok({ kind: 'word', word })
  return word === ''
    ? wrong(
        'a bracket or a part of it is empty: it would yield no host',
        'a range such as [01-40], or a list such as [a,b]',
      )
    : wrong(
        `${show(`[${word}]`)} is neither a range nor a list`,
        'a range such as [01-40] or [01-39:2], or a list such as [a,b]',
      )
}

function letterSpan(part: string, [from, to]: readonly [string, string], step: number): Parsed<Item> {
  if (from > to) return wrong(`[${part}] runs backwards: it yields no host`, `[${to}-${from}]`)
  return ok({ kind: 'span', from: from.charCodeAt(0), to: to.charCodeAt(0), step, width: 1, letters: true })
}

function numberSpan(part: string, [from, to]: readonly [string, string], step: number): Parsed<Item> {
  if (Number(from) > Number(to)) return wrong(`[${part}] runs backwards: it yields no host`, `[${to}-${from}]`)
  const padded = /^0\d/.test(from) || /^0\d/.test(to)
  const width = Math.max(from.length, padded ? to.length : 0)
  if (
    padded &&
    from.length !== to.length &&
    !(from.length < to.length && !to.startsWith('0') && from.startsWith('0'))
  ) {
    return wrong(`[${part}] is padded to two widths`, `[${from.padStart(width, '0')}-${to.padStart(width, '0')}]`)
  }
  return ok({ kind: 'span', from: Number(from), to: Number(to), step, width: padded ? from.length : 1, letters: false })
}

function size(items: readonly Item[]): number {
  return items.reduce(
    (sum, item) => sum + (item.kind === 'word' ? 1 : Math.floor((item.to - item.from) / item.step) + 1),
    0,
  )
}

function words(item: Item): string[] {
  return Array.from({ length: size([item]) }, (_, index) => wordAt(item, index))
}

function wordAt(item: Item, index: number): string {
  if (item.kind === 'word') return item.word
  const value = item.from + index * item.step
  return item.letters ? String.fromCharCode(value) : String(value).padStart(item.width, '0')
}
