// What came of an act, for whoever asked: refusals with what to type next, and to strangers how they become known.

import type { Target } from '../../core/command.ts'
import type { Refusal } from '../../core/intent.ts'
import type { Act, Acted } from '../../engine/ports-desk.ts'
import { lockOutcomeLines } from '../cli/words/lock.ts'
import type { Said } from './door/talk.ts'
import type { Means } from './means.ts'
import type { Scene } from './scene.ts'
import { saidLines, saidPlainly, saidRefusal, saidStranger } from './words.ts'

export async function tellActed(means: Means, scene: Scene, { act, acted }: { act: Act; acted: Acted }): Promise<Said> {
  const { target, verb } = act
  switch (acted.kind) {
    case 'begun':
      return saidPlainly(
        `Begun: ${verb} of ${target.application} ${target.environment}. Its message tells how it goes.`,
      )
    case 'accepted':
      return saidPlainly(
        `Done: ${verb} of ${target.application} ${target.environment}. Its message tells what comes of it.`,
      )
    case 'locks': {
      const lines = lockOutcomeLines(acted.outcome, { environment: target.environment, now: means.now() })
      return saidLines(`Lock of ${target.environment}`, lines)
    }
    case 'refused':
      return await tellRefusal(means, scene, { refusal: acted, target })
    default:
      return acted satisfies never
  }
}

export async function tellRefusal(
  means: Means,
  { actor, person }: Pick<Scene, 'actor' | 'person'>,
  { refusal, target }: { refusal: Refusal; target: Target },
): Promise<Said> {
  if (refusal.reason === 'not-allowed' && person.via === 'slack')
    return saidStranger(await means.offerLink({ ...actor, name: person.name }))
  return saidRefusal(refusal, target.environment, means.settings.commands)
}
