// Carries one command out: acts go to the desk, whoever only looks is answered here. Every answer is for the one who asked; what a
// rollout does is told by its message.

import type { Command, Target } from '../../core/command.ts'
import { type Known, readAfterDeploy, readCommand } from '../../core/read-command.ts'
import type { Act } from '../../engine/ports-desk.ts'
import { answerLook } from './answer-look.ts'
import type { Said } from './door/talk.ts'
import type { Means } from './means.ts'
import { order } from './order.ts'
import { keyOf, type Places, placesIn } from './places.ts'
import { askerOf, type Scene } from './scene.ts'
import { tellActed } from './tell.ts'
import { saidHelp, saidMistake } from './words.ts'

type Read = (known: Known) => ReturnType<typeof readCommand>

/** `text`: what stands behind `/deploy` or behind our name. */
export function afterDeploy(text: string): Read {
  return (known) => readAfterDeploy(text, known)
}

/** `text`: what stands behind `/rollback`. */
export function afterRollback(text: string): Read {
  return (known) => readCommand(`rollback ${text}`, known)
}

export async function carryCommand(means: Means, scene: Scene, read: Read): Promise<void> {
  const places = await placesIn(means, scene.where, scene.person)
  const { home } = places
  const command = read({ targets: places.places.map(targetOf), ...(home !== undefined && { home }) })
  const said =
    'kind' in command ? saidMistake(command, means.settings.commands) : await carry(means, scene, { command, places })
  if (said) await scene.answer(said)
}

async function carry(
  means: Means,
  scene: Scene,
  { command, places }: { command: Command; places: Places },
): Promise<Said | undefined> {
  switch (command.verb) {
    case 'help':
      return saidHelp(command.about, means.settings.commands)
    case 'status':
    case 'history':
    case 'where':
      return await answerLook(means, { look: command, places })
    case 'deploy': {
      const place = places.places.find((each) => keyOf(each) === keyOf(command.target))
      return await order(means, scene, { deploy: command, show: command.plan, confirms: place?.confirms === true })
    }
    default:
      return await act(means, scene, command)
  }
}

async function act(means: Means, scene: Scene, act: Act): Promise<Said | undefined> {
  return await tellActed(means, scene, { act, acted: await means.desk.act(askerOf(scene), act) })
}

function targetOf({ application, environment }: Target): Target {
  return { application, environment }
}
