// A new comment on an issue or a pull request: each command in it is carried out, or refused with its reason. Machines and
// comments without a command are not answered; strangers are only told that they may not act.

import { isVerb } from '../../core/command-grammar.ts'
import { findCommands } from '../../core/find-commands.ts'
import { readCommand } from '../../core/read-command.ts'
import { type HomeReading, readHome } from '../desk/home.ts'
import { lastSeen } from '../desk/last-good.ts'
import { onlyStops } from '../desk/only-stops.ts'
import { isInsider } from '../desk/rights.ts'
import { carryCommand } from './carry-command.ts'
import type { Means } from './means.ts'
import type { CommentEvent } from './scene.ts'
import { react, tell } from './tell.ts'
import { type Told, toldMistake, toldRefusal } from './words.ts'

/** More in one comment are not read. */
const MOST_COMMANDS = 5

type Sign = 'confused' | '+1'
/** `stranger`: has neither the right to act nor to look. */
type Answer = { told?: Told; sign?: Sign; stranger?: boolean }

export async function onComment(means: Means, event: CommentEvent): Promise<void> {
  const commands = event.byMachine ? [] : findCommands(event.body, isVerb).slice(0, MOST_COMMANDS)
  if (commands.length === 0) return
  const reading = await readHome(means, event.repository)
  const inside = await isInsider(reading.kind === 'home' ? reading.home : reading.place, event.by)
  if (inside) await react(means, event, 'eyes')
  const signs = new Set<Sign>()
  for (const [index, { text }] of commands.entries()) {
    const intent = index === 0 ? event.intent : `${event.intent}/${index + 1}`
    const { told, sign, stranger } = await answer(means, { reading, event: { ...event, intent }, inside, text })
    if (told) await tell(means, event, { intent, told, share: stranger ? 'progress' : 'phase' })
    if (sign) signs.add(sign)
  }
  for (const sign of signs) await react(means, event, sign)
}

type Command = { reading: HomeReading; event: CommentEvent; inside: boolean; text: string }

async function answer(means: Means, { reading, event, inside, text }: Command): Promise<Answer> {
  const confused = (told: Told): Answer => (inside ? { told, sign: 'confused' } : {})
  // A broken file keeps nobody from stopping or taking back what runs there.
  const home = lastSeen(means.github, reading)
  const broken = reading.kind === 'homeless' && confused(toldRefusal(reading.refusal, '<environment>'))
  if (!home) return broken || {}
  const { application, environments } = home.config
  const targets = environments.map(({ name }) => ({ application, environment: name }))
  const command = readCommand(text, { targets, home: application })
  if (broken && !('verb' in command && onlyStops(command.verb))) return broken
  if ('kind' in command) return confused(toldMistake(command))
  const outcome = await carryCommand(means, { home, event, inside }, command)
  if (outcome?.kind === 'told') return { told: outcome.told }
  if (outcome?.kind === 'accepted') return { sign: '+1' }
  if (outcome?.kind !== 'refused') return {}
  const environment = 'target' in command ? (command.target?.environment ?? '') : ''
  const told = toldRefusal(outcome, environment)
  return outcome.reason === 'not-allowed' && !inside ? { told, stranger: true } : { told, sign: 'confused' }
}
