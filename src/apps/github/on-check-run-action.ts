// A button of one of our check runs: Approve, Roll back, Retry failed, Continue. Whoever presses it needs the same rights as for the
// command, and the rollout must still be its environment's newest: what is pressed is what is seen.

import type { Person, Refusal } from '../../core/intent.ts'
import type { RolloutRecord } from '../../engine/ports.ts'
import { actInHome } from '../desk/act-in-home.ts'
import { readHome } from '../desk/home.ts'
import { homeToAct } from '../desk/last-good.ts'
import type { Means } from './means.ts'
import { tell } from './tell.ts'
import { toldRefusal } from './words.ts'

export type ActionEvent = {
  intent: string
  repository: string
  /** The run's external id: our marker, which begins with the rollout's id. */
  marker: string
  commit: string
  action: string
  by: Person
}

const ACTIONS = ['rollback', 'retry', 'continue', 'approve'] as const

export async function onCheckRunAction(means: Means, event: ActionEvent): Promise<void> {
  const action = ACTIONS.find((each) => each === event.action)
  const record = await means.store.rollout(event.marker.split('/', 1)[0] ?? '')
  // A marker can be copied, a rollout of another repository not.
  if (!action || record?.plan.work.release.repository !== event.repository) return
  if (await means.store.causedBy(event.intent)) return
  const reading = await readHome(means, event.repository)
  const { application, environment } = record
  const asker = { person: event.by, intent: event.intent, at: means.now() }
  const act = { target: { application, environment }, rollout: record.id, verb: action }
  const home = homeToAct(means.github, { reading, act })
  if (!home && reading.kind === 'homeless') return await answer(means, event, { record, refusal: reading.refusal })
  if (!home) return
  const outcome = await actInHome(means, home, { asker, act })
  if (outcome.kind === 'refused') await answer(means, event, { record, refusal: outcome })
}

async function answer(
  means: Means,
  { repository, commit, intent }: ActionEvent,
  { record, refusal }: { record: RolloutRecord; refusal: Refusal },
): Promise<void> {
  const to = { repository, commit, name: `houston ${record.environment}` }
  await tell(means, to, { intent, told: toldRefusal(refusal, record.environment) })
}
