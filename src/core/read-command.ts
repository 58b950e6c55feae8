// Reads one command of a person: text → verb with what it needs, or the first mistake in it. Only the environments that are known
// decide what a word means; nothing is looked up and nothing is guessed.

import type { Command, Mistake, Target } from './command.ts'
import { grammarOf, isVerb, VERBS, type Verb } from './command-grammar.ts'
import { type CommandWord, hidesSomething, splitWords } from './command-words.ts'
import { LONGEST_MS, readDuration } from './duration.ts'
import { findTarget } from './find-target.ts'
import { suggest } from './suggest.ts'

export type Known = {
  targets: readonly Target[]
  /** The application that is meant when none is named and several fit. */
  home?: string
}

/** `text` begins with the verb, without a slash. */
export function readCommand(text: string, known: Known): Command | Mistake {
  const words = splitWords(text)
  if ('kind' in words) return words
  const [first, ...rest] = words
  if (first === undefined) return { verb: 'help' }
  const word = first.text.toLowerCase()
  if (first.option || !isVerb(word)) return unknownVerb(first.text)
  const sorted = sortWords(word, rest)
  return 'kind' in sorted ? sorted : assemble(word, sorted, known)
}

/** What stands behind `/deploy` in a chat: a verb of its own (`/deploy halt prod`), or an environment to deploy to. */
export function readAfterDeploy(text: string, known: Known): Command | Mistake {
  const [first = ''] = text.trim().split(/\s/, 1)
  return readCommand(isVerb(first.toLowerCase()) ? text : `deploy ${text}`, known)
}

type Sorted = { plain: string[]; options: Map<string, string> }

function unknownVerb(word: string): Mistake {
  const near = suggest(word, Object.keys(VERBS))
  return { kind: 'mistake', reason: 'unknown-verb', word, ...(near !== undefined && isVerb(near) && { near }) }
}

function sortWords(verb: Verb, words: readonly CommandWord[]): Sorted | Mistake {
  const sorted: Sorted = { plain: [], options: new Map() }
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]
    if (word === undefined) break
    if (!word.option) {
      if (hidesSomething(word.text)) return { kind: 'mistake', reason: 'unseen-character' }
      sorted.plain.push(word.text)
      continue
    }
    const taken = takeOption(verb, word, words[at + 1])
    if ('kind' in taken) return taken
    if (sorted.options.has(word.text)) return { kind: 'mistake', reason: 'option-twice', verb, option: word.text }
    sorted.options.set(word.text, taken.value)
    if (taken.fromNext) at += 1
  }
  return sorted
}

function takeOption(
  verb: Verb,
  { text: option, value }: Extract<CommandWord, { option: true }>,
  next: CommandWord | undefined,
): { value: string; fromNext: boolean } | Mistake {
  const { options } = grammarOf(verb)
  const kind = Object.hasOwn(options, option) ? options[option] : undefined
  if (kind === undefined) return unknownOption(verb, option, Object.keys(options))
  if (kind === 'nothing') {
    if (value !== undefined) return { kind: 'mistake', reason: 'option-with-value', verb, option }
    return { value: '', fromNext: false }
  }
  const text = value ?? (next?.option === false ? next.text : '')
  if (text === '') return { kind: 'mistake', reason: 'option-without-value', verb, option }
  if (kind === 'duration' && !isDuration(text)) return { kind: 'mistake', reason: 'bad-duration', verb, option, text }
  return { value: text, fromNext: value === undefined }
}

function isDuration(text: string): boolean {
  const ms = readDuration(text)
  return ms !== undefined && ms > 0 && ms <= LONGEST_MS
}

function unknownOption(verb: Verb, option: string, known: readonly string[]): Mistake {
  const near = suggest(option, known)
  return { kind: 'mistake', reason: 'unknown-option', verb, option, known, ...(near !== undefined && { near }) }
}

function assemble(verb: Verb, { plain, options }: Sorted, known: Known): Command | Mistake {
  if (verb === 'help') return help(plain)
  if (verb === 'where') return where(plain)
  if (verb === 'status' && plain.length === 0) return { verb }
  const place = findPlace(verb, plain, known)
  if ('kind' in place) return place
  const { target, rest } = place
  const [word, ...others] = verb === 'rollback' && rest[0] === 'to' ? rest.slice(1) : rest
  const { needs, may } = grammarOf(verb)
  const takes = needs.includes('host') || may.includes('release')
  if (needs.includes('host') && word === undefined)
    return { kind: 'mistake', reason: 'missing-word', verb, what: 'host' }
  if (verb === 'rollback' && rest[0] === 'to' && word === undefined)
    return { kind: 'mistake', reason: 'missing-word', verb, what: 'release' }
  const extra = takes ? others[0] : word
  if (extra !== undefined) return { kind: 'mistake', reason: 'word-too-many', verb, word: extra }
  return build(verb, { target, word, options })
}

function help([word]: readonly string[]): Command {
  const about = word?.replace(/^\//, '').toLowerCase() ?? ''
  return isVerb(about) ? { verb: 'help', about } : { verb: 'help' }
}

function where([release, extra]: readonly string[]): Command | Mistake {
  if (release === undefined) return { kind: 'mistake', reason: 'missing-word', verb: 'where', what: 'release' }
  if (extra !== undefined) return { kind: 'mistake', reason: 'word-too-many', verb: 'where', word: extra }
  return { verb: 'where', release }
}

/** `prod …` or `storefront prod …`: an application is one only where its whole name stands before one of its environments. */
function findPlace(verb: Verb, plain: readonly string[], known: Known): { target: Target; rest: string[] } | Mistake {
  const { targets, home } = known
  const [first, second] = plain
  if (first === undefined) return { kind: 'mistake', reason: 'no-environment', verb, known: targets }
  if (second !== undefined && targets.some(({ application }) => application === first)) {
    const inside = findTarget(targets, { application: first, environment: second })
    if (inside.kind === 'found') return { target: inside.target, rest: plain.slice(2) }
  }
  const found = findTarget(targets, { environment: first }, home)
  switch (found.kind) {
    case 'found':
      return { target: found.target, rest: plain.slice(1) }
    case 'ambiguous':
      return { kind: 'mistake', reason: 'ambiguous-environment', verb, word: first, fits: found.fits }
    case 'unknown': {
      const { near } = found
      const facts = { verb, word: first, known: targets, ...(near !== undefined && { near }) }
      return { kind: 'mistake', reason: 'unknown-environment', ...facts }
    }
    default:
      return found satisfies never
  }
}

type Parts = { target: Target; word: string | undefined; options: ReadonlyMap<string, string> }

function build(verb: Exclude<Verb, 'help' | 'where'>, { target, word, options }: Parts): Command {
  const reason = options.has('reason') ? { reason: options.get('reason') ?? '' } : {}
  switch (verb) {
    case 'deploy': {
      const flags = { plan: options.has('plan'), all: options.has('all'), backwards: options.has('backwards') }
      return { verb, target, ...(word !== undefined && { ref: word }), ...flags, ...reason }
    }
    case 'approve':
      return { verb, target, ...(word !== undefined && { release: word }) }
    case 'rollback':
      return { verb, target, ...(word !== undefined && { to: word }), ...reason }
    case 'skip':
      return { verb, target, host: word ?? '' }
    case 'lock': {
      const forMs = readDuration(options.get('for') ?? '')
      return { verb, target, ...reason, ...(forMs !== undefined && { forMs }) }
    }
    case 'unlock':
      return { verb, target, steal: options.has('steal') }
    case 'history':
      return { verb, target, ...(options.has('at') && { at: options.get('at') ?? '' }) }
    default:
      return { verb, target }
  }
}
