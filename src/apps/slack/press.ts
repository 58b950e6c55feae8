// A button was pressed: under a rollout's message, or under the question before a deploy. Whoever presses needs the right at that
// moment, and only the rollout that they saw is touched.

import { type RolloutButton, rolloutButtonOf, seenIn } from '../../adapters/slack/buttons.ts'
import type { Act } from '../../engine/ports-desk.ts'
import { CANCEL, CONFIRM, confirmedDeploy } from './confirmation.ts'
import type { ActionArrival } from './door/arrivals.ts'
import type { Said, Talk } from './door/talk.ts'
import type { Means } from './means.ts'
import { askerOf, type Scene } from './scene.ts'
import { tellActed } from './tell.ts'
import { saidPlainly } from './words.ts'

type Pressed = { arrival: ActionArrival; talk: Talk }

export async function press(means: Means, scene: Scene, { arrival, talk }: Pressed): Promise<void> {
  const { action, value, responseUrl } = arrival
  const replace = (said: Said) => (responseUrl === undefined ? scene.answer(said) : talk.replace(responseUrl, said))
  const button = rolloutButtonOf(action)
  if (button) return await pressRollout(means, scene, { button, value })
  if (action === CANCEL) return await replace(saidPlainly('Cancelled: nothing was begun.'))
  const confirmed = action === CONFIRM ? confirmedDeploy(value) : undefined
  if (!confirmed) return
  const { deploy, intent } = confirmed
  const acted = await means.desk.act(askerOf({ ...scene, intent }), deploy)
  await replace(await tellActed(means, scene, { act: deploy, acted }))
}

/** What was accepted shows in the message; only a refusal is told. */
async function pressRollout(
  means: Means,
  scene: Scene,
  { button, value }: { button: RolloutButton; value: string },
): Promise<void> {
  const seen = seenIn(value)
  const record = await means.store.rollout(seen.rollout)
  if (!record) return await scene.answer(saidPlainly('This rollout is not known here any more.'))
  const { application, environment } = record
  const target = { application, environment }
  const act: Act = { verb: button, target, ...seen }
  const acted = await means.desk.act(askerOf(scene), act)
  if (acted.kind === 'refused') await scene.answer(await tellActed(means, scene, { act, acted }))
}
