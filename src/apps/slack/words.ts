// Answers as Slack shows them. What people, repositories and hosts wrote stands in plain text or preformatted, where nothing of it
// is a mention, a link or markup.

import { type Block, markup, preformatted, said } from '../../adapters/slack/blocks.ts'
import { inert, link } from '../../adapters/slack/escape.ts'
import type { Mistake } from '../../core/command.ts'
import { isVerb, VERBS, type Verb } from '../../core/command-grammar.ts'
import { explainMistake, usageOf } from '../../core/explain-mistake.ts'
import type { Refusal } from '../../core/intent.ts'
import { visibleText } from '../../core/visible-text.ts'
import type { Line } from '../cli/screen/line.ts'
import { paintLine } from '../cli/screen/paint.ts'
import { refusalWords, type Words } from '../words/refusal.ts'
import type { Said } from './door/talk.ts'

/** With the slash. */
export type Commands = { deploy: string; rollback: string }

const MOST_TEXT = 2_800

/** A command as it is typed in Slack. What only a terminal knows keeps its terminal form. */
export function spellIn({ deploy, rollback }: Commands): (command: string) => string {
  return (command) => {
    const [verb = '', ...rest] = command.split(' ')
    if (verb === 'deploy') return [deploy, ...rest].join(' ')
    if (verb === 'rollback') return [rollback, ...rest].join(' ')
    if (verb === 'plan') return `${[deploy, ...rest].join(' ')} --plan`
    if (verb === 'hosts') return [deploy, 'status', ...rest].join(' ')
    return verb === 'validate' ? `houston ${command}` : `${deploy} ${command}`
  }
}

/** `environment`: as it is typed. */
export function saidRefusal(refusal: Refusal, environment: string, commands: Commands): Said {
  return saidWords(`Refused: ${refusal.reason}`, refusalWords(refusal, environment, spellIn(commands)))
}

export function saidMistake(mistake: Mistake, commands: Commands): Said {
  return saidWords(`Not understood: ${mistake.reason}`, explainMistake(mistake, spellIn(commands)))
}

export function saidHelp(about: Verb | undefined, commands: Commands): Said {
  const verbs = Object.keys(VERBS).filter((verb) => isVerb(verb))
  const spell = spellIn(commands)
  const lines = verbs
    .filter((verb) => about === undefined || verb === about)
    .flatMap((verb): Line[] => [[spell(usageOf(verb))], [`    ${VERBS[verb].does}`]])
  return saidLines('Commands', lines)
}

export function saidLines(title: string, lines: readonly Line[], more: readonly Block[] = []): Said {
  return { text: inert(title, 200), blocks: [said(visible(title)), preformatted(textOf(lines)), ...more] }
}

/** To somebody whom no account at GitHub stands behind. */
export function saidStranger(address: string | undefined): Said {
  const what = 'You may look, and not act: which account at GitHub is yours is not known here.'
  const next =
    address === undefined
      ? said('next: the operator names you at slack.people of houston.server.yml')
      : markup([`next: ${link(address, 'sign in with GitHub')} (this link is yours alone, for a quarter of an hour)`])
  return { text: what, blocks: [said(what), next] }
}

export function saidPlainly(text: string): Said {
  return { text: inert(text, 300), blocks: [said(visible(text))] }
}

function saidWords(title: string, { what, why, next }: Words): Said {
  const blocks = [said(visible(`${what}\n${why}`)), preformatted(visible(`next: ${next}`))]
  return { text: inert(`${title}. ${what}`, 300), blocks }
}

/** Whole lines from the beginning. */
function textOf(lines: readonly Line[]): string {
  const all = visible(lines.map((line) => paintLine(line, { colour: false })).join('\n'))
  if (all.length <= MOST_TEXT) return all === '' ? '–' : all
  const cut = all.slice(0, MOST_TEXT)
  return `${cut.slice(0, Math.max(cut.lastIndexOf('\n'), 1))}\n…`
}

function visible(text: string): string {
  return text
    .slice(0, MOST_TEXT * 4)
    .split('\n')
    .map(visibleText)
    .join('\n')
}
