// Carries one command of a comment out: whoever only looks is answered here, acts go to the desk.

import type { Command, Target } from '../../core/command.ts'
import { reportPlan } from '../../core/report-plan.ts'
import type { Act, Acted, Asker } from '../../engine/ports-desk.ts'
import { lockOutcomeLines } from '../cli/words/lock.ts'
import { planLines } from '../cli/words/plan.ts'
import { actInHome, type DeployOf, planInHome } from '../desk/act-in-home.ts'
import type { Home } from '../desk/home.ts'
import { answerLook } from './answer-look.ts'
import type { Means } from './means.ts'
import type { Outcome, Scene } from './scene.ts'
import { toldHelp, toldLines } from './words.ts'

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

type ActCommand = Extract<Command, { verb: Act['verb'] }>

async function act(means: Means, { home, event }: Scene, command: ActCommand): Promise<Outcome> {
  const { by: person, intent, at, issue, comment, onPull } = event
  const asker: Asker = { person, intent, at, asked: { issue, comment, pull: onPull } }
  if (command.verb === 'deploy' && command.plan) return await plan(means, home, { asker, act: command })
  const acted = await actInHome(means, home, { asker, act: command })
  return acted.kind === 'locks' ? toldLock(means, command.target, acted.outcome) : acted
}

async function plan(means: Means, home: Home, { asker, act }: DeployOf): Promise<Outcome> {
  const shown = await planInHome(means, home, { asker, act })
  if (shown.kind === 'refused') return shown
  return { kind: 'told', told: toldLines(`Plan for ${act.target.environment}`, planLines(reportPlan(shown))) }
}

function toldLock(
  { now }: Means,
  { environment }: Target,
  outcome: Extract<Acted, { kind: 'locks' }>['outcome'],
): Outcome {
  const lines = lockOutcomeLines(outcome, { environment, now: now() })
  return { kind: 'told', told: toldLines(`Lock of ${environment}`, lines) }
}
