// Answers as GitHub's Markdown. What people, repositories and hosts wrote stands in code blocks, where nothing of it is a
// mention, a link or markup.

import type { Mistake } from '../../core/command.ts'
import { isVerb, VERBS, type Verb } from '../../core/command-grammar.ts'
import { codeBlock } from '../../core/escape-markdown.ts'
import { explainMistake, usageOf } from '../../core/explain-mistake.ts'
import type { Refusal } from '../../core/intent.ts'
import type { Line } from '../cli/screen/line.ts'
import { paintLine } from '../cli/screen/paint.ts'
import { refusalWords, type Words } from '../words/refusal.ts'

/** `title`: one line of plain text, for places that have no room for more. `body`: Markdown. */
export type Told = { title: string; body: string }

/** A command as it is typed in a comment. What only a terminal knows keeps its terminal form. */
export function spell(command: string): string {
  const [verb = '', ...rest] = command.split(' ')
  if (verb === 'plan') return `/deploy ${rest.join(' ')} --plan`
  if (verb === 'hosts') return `/status ${rest.join(' ')}`
  return verb === 'validate' ? `houston ${command}` : `/${command}`
}

/** `environment`: as it is typed. */
export function toldRefusal(refusal: Refusal, environment: string): Told {
  return toldWords(`Refused: ${refusal.reason}`, refusalWords(refusal, environment, spell))
}

export function toldMistake(mistake: Mistake): Told {
  return toldWords(`Not understood: ${mistake.reason}`, explainMistake(mistake, spell))
}

export function toldLines(title: string, lines: readonly Line[]): Told {
  const text = lines.map((line) => paintLine(line, { colour: false })).join('\n')
  return { title, body: `**${title}**\n\n${codeBlock(text)}` }
}

export function toldHelp(about?: Verb): Told {
  const verbs = Object.keys(VERBS).filter((verb) => isVerb(verb))
  const lines = verbs
    .filter((verb) => about === undefined || verb === about)
    .flatMap((verb): Line[] => [[spell(usageOf(verb))], [`    ${VERBS[verb].does}`]])
  return toldLines('Commands', lines)
}

function toldWords(title: string, { what, why, next }: Words): Told {
  const lines: Line[] = [[what], [`why:  ${why.split('\n').join('\n      ')}`], [`next: ${next}`]]
  return toldLines(title, lines)
}
