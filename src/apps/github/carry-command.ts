// Carries one command of a person out: rights first, then whose environment it is, then the engine. Every refusal of an act is in
// the audit before anybody is told.

import type { Environment } from '../../config/config.ts'
import type { AuditVerb } from '../../core/audit.ts'
import type { Command, Target } from '../../core/command.ts'
import { type Refusal, refused } from '../../core/intent.ts'
import type { LockWish } from '../../core/lock.ts'
import { noteRefusal } from '../../engine/audit.ts'
import { lockOutcomeLines } from '../cli/words/lock.ts'
import { answerLook } from './answer-look.ts'
import { askLatest } from './ask-latest.ts'
import { deployByComment } from './deploy-by-comment.ts'
import type { Means } from './means.ts'
import { shownOf } from './order-deploy.ts'
import { refusedOwner } from './owner.ts'
import { refusedPerson } from './rights.ts'
import type { Outcome, Scene } from './scene.ts'
import { toldHelp, toldLines } from './words.ts'

type Look = Extract<Command, { verb: 'status' | 'history' | 'where' }>
type Act = Exclude<Command, Look | { verb: 'help' }>

/** `undefined`: it is not answered. */
export async function carryCommand(means: Means, scene: Scene, command: Command): Promise<Outcome | undefined> {
  switch (command.verb) {
    case 'help':
      return scene.inside ? { kind: 'told', told: toldHelp(command.about) } : undefined
    case 'status':
    case 'history':
    case 'where':
      return scene.inside ? await answerLook(means, scene.home, command) : undefined
    default:
      return await act(means, scene, command)
  }
}

async function act(means: Means, scene: Scene, command: Act): Promise<Outcome> {
  const { home, event } = scene
  const { target } = command
  const environment = home.config.environments.find(({ name }) => name === target.environment)
  if (!environment) throw new RangeError('a command about an environment that is not configured')
  const no = (await refusedPerson(home, environment, Number(event.by.id))) ?? (await refusedOwner(means, home, target))
  return no ? await noted(means, scene, { command, refusal: no }) : await carry(means, scene, { command, environment })
}

async function carry(
  means: Means,
  scene: Scene,
  { command, environment }: { command: Act; environment: Environment },
): Promise<Outcome> {
  const { target } = command
  const { intent, by, issue, comment } = scene.event
  switch (command.verb) {
    case 'deploy': {
      const outcome = await deployByComment(means, scene, { command, environment })
      return outcome.kind === 'unstarted' ? await noted(means, scene, { command, refusal: outcome.refusal }) : outcome
    }
    case 'rollback': {
      const { to, reason } = command
      const said = { ...(to !== undefined && { to }), ...(reason !== undefined && { reason }) }
      const origin = { issues: [issue], comment, shown: shownOf(environment) }
      const started = await means.engine.rollback({ ...target, ...said, by, intent, origin })
      return started.kind === 'refused' ? started : { kind: 'begun' }
    }
    case 'lock':
    case 'unlock':
      return await changeLock(means, target, lockWish(command, scene))
    case 'skip':
      return await askLatest(means, { target, by, intent, ask: { kind: 'skip', hostName: command.host } })
    case 'approve':
      return refused('not-possible-now', { ask: 'approve', phase: 'no gate waits for a person' })
    default:
      return await askLatest(means, { target, by, intent, ask: { kind: command.verb } })
  }
}

function lockWish(command: Extract<Act, { verb: 'lock' | 'unlock' }>, { event: { by } }: Scene): LockWish {
  if (command.verb === 'unlock') return { verb: 'unlock', by, steal: command.steal }
  const { reason, forMs } = command
  return { verb: 'lock', by, ...(reason !== undefined && { reason }), ...(forMs !== undefined && { forMs }) }
}

async function changeLock({ engine, now }: Means, target: Target, wish: LockWish): Promise<Outcome> {
  const outcome = await engine.changeLock(target, wish)
  if (outcome.kind === 'refused') return outcome
  const { environment } = target
  return {
    kind: 'told',
    told: toldLines(`Lock of ${environment}`, lockOutcomeLines(outcome, { environment, now: now() })),
  }
}

/** Refused before the engine, which notes its own refusals. To look at a plan, or to approve, is no intent yet. */
async function noted(
  { store }: Means,
  { event }: Scene,
  { command, refusal }: { command: Act; refusal: Refusal },
): Promise<Refusal> {
  const verb = verbOf(command)
  if (verb === undefined) return refusal
  const { by, intent } = event
  await noteRefusal(store, { person: by, verb, ...command.target, intent }, refusal)
  return refusal
}

function verbOf(command: Act): AuditVerb | undefined {
  return command.verb === 'approve' || (command.verb === 'deploy' && command.plan) ? undefined : command.verb
}
