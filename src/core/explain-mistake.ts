// A mistake in words, the same at every door: what it is, why, and what to type next. `spell` writes a command as the door does
// (`/rollback prod`, `/deploy rollback prod`, `houston rollback prod`). Words of a person are quoted and cut, never interpreted:
// the sink's escaper comes after this.

import type { Mistake, Target } from './command.ts'
import { grammarOf, type Verb } from './command-grammar.ts'

export type Explanation = { what: string; why: string; next: string }

export type Spell = (command: string) => string

const LONGEST_WORD = 60
const MANY = 12

export function explainMistake(mistake: Mistake, spell: Spell): Explanation {
  switch (mistake.reason) {
    case 'too-long':
      return {
        what: `The command is longer than ${mistake.longest} characters.`,
        why: 'A command is one short line.',
        next: spell('help'),
      }
    case 'unseen-character':
      return {
        what: 'The command holds a character that cannot be seen.',
        why: 'Two names that differ only by it look the same, so it is refused.',
        next: 'type it again by hand',
      }
    case 'open-quote':
      return {
        what: 'A quote is opened and never closed.',
        why: 'Where its text ends is not clear.',
        next: 'add the quote',
      }
    case 'unknown-verb':
      return {
        what: `${quoted(mistake.word)} is not a command.`,
        why: 'The first word says what is to be done.',
        next: mistake.near === undefined ? spell('help') : `${spell(mistake.near)}   (perhaps that was meant)`,
      }
    case 'bad-duration':
      return {
        what: `${quoted(mistake.text)} is no time for --${mistake.option}.`,
        why: 'A time has a unit, is longer than 0 and at most 30 days.',
        next: `--${mistake.option} 30m, --${mistake.option} 2h`,
      }
    case 'missing-word':
      return {
        what: `${mistake.verb} needs a ${mistake.what}.`,
        why: 'It is never guessed.',
        next: spell(usageOf(mistake.verb)),
      }
    case 'word-too-many':
      return {
        what: `${quoted(mistake.word)} has no meaning here.`,
        why: `${mistake.verb} takes nothing at that place. A text with spaces stands in quotes.`,
        next: spell(usageOf(mistake.verb)),
      }
    case 'unknown-option':
    case 'option-twice':
    case 'option-without-value':
    case 'option-with-value':
      return explainOption(mistake, spell)
    case 'no-environment':
    case 'unknown-environment':
    case 'ambiguous-environment':
      return explainEnvironment(mistake, spell)
    default:
      return mistake satisfies never
  }
}

/** How a verb is used: `rollback <environment> [to <release>] [--reason "…"]`. */
export function usageOf(verb: Verb): string {
  const { needs, may, options } = grammarOf(verb)
  const release = verb === 'rollback' ? 'to <release>' : '<release>'
  const words = [
    ...needs.map((slot) => `<${slot}>`),
    ...may.map((slot) => (slot === 'release' ? `[${release}]` : `[<${slot}>]`)),
    ...Object.entries(options).map(([name, kind]) => `[--${name}${VALUE[kind]}]`),
  ]
  return [verb, ...words].join(' ')
}

const VALUE = { nothing: '', text: ' "…"', duration: ' 2h' } as const

type OptionMistake = Extract<Mistake, { option: string; reason: `${string}option${string}` }>

function explainOption(mistake: OptionMistake, spell: Spell): Explanation {
  const option = `--${cut(mistake.option)}`
  const next = spell(usageOf(mistake.verb))
  switch (mistake.reason) {
    case 'unknown-option': {
      const all = mistake.known.map((name) => `--${name}`).join(', ')
      const why = all === '' ? `${mistake.verb} has no options.` : `${mistake.verb} knows ${all}.`
      const near = mistake.near === undefined ? next : `--${mistake.near}   (perhaps that was meant)`
      return { what: `${mistake.verb} has no option ${option}.`, why, next: near }
    }
    case 'option-twice':
      return { what: `${option} is there twice.`, why: 'Which one counts is not clear.', next }
    case 'option-without-value':
      return { what: `${option} needs a value.`, why: 'Nothing stands behind it.', next }
    case 'option-with-value':
      return { what: `${option} takes no value.`, why: 'It is either there or not.', next: option }
    default:
      return mistake satisfies never
  }
}

type EnvironmentMistake = Extract<Mistake, { reason: `${string}environment` }>

function explainEnvironment(mistake: EnvironmentMistake, spell: Spell): Explanation {
  const { verb } = mistake
  switch (mistake.reason) {
    case 'no-environment':
      return {
        what: 'No environment was named.',
        why: 'A command about an environment never guesses which one.',
        next: choices(verb, mistake.known, spell),
      }
    case 'unknown-environment': {
      const near = mistake.near && `${spell(`${verb} ${mistake.near}`)}   (perhaps that was meant)`
      return {
        what: `There is no environment ${quoted(mistake.word)}.`,
        why: 'It is neither configured nor was anything rolled out to it.',
        next: near ?? choices(verb, mistake.known, spell),
      }
    }
    case 'ambiguous-environment':
      return {
        what: `${quoted(mistake.word)} could be several environments.`,
        why: `It fits ${listed(mistake.fits)}.`,
        next: choices(verb, mistake.fits, spell),
      }
    default:
      return mistake satisfies never
  }
}

function choices(verb: Verb, targets: readonly Target[], spell: Spell): string {
  const [first] = targets
  if (first === undefined) return 'add an environment to .github/houston.yml'
  if (targets.length === 1) return spell(`${verb} ${first.environment}`)
  return `${spell(`${verb} <environment>`)}   (one of: ${listed(targets)})`
}

/** With the application only where it tells two apart. */
function listed(targets: readonly Target[]): string {
  const several = new Set(targets.map(({ application }) => application)).size > 1
  const names = targets.map((each) => (several ? `${each.application} ${each.environment}` : each.environment))
  return names.length > MANY ? `${names.slice(0, MANY).join(', ')} and ${names.length - MANY} more` : names.join(', ')
}

function quoted(word: string): string {
  return `"${cut(word)}"`
}

function cut(word: string): string {
  return word.length > LONGEST_WORD ? `${word.slice(0, LONGEST_WORD)}…` : word
}
