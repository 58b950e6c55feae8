// A button of one of our check runs: Roll back, Retry failed, Continue. Whoever presses it needs the same rights as for the
// command, and the rollout must still be its environment's newest: what is pressed is what is seen.

import type { Target } from '../../core/command.ts'
import { type Person, type Refusal, refused } from '../../core/intent.ts'
import { noteRefusal } from '../../engine/audit.ts'
import type { RolloutRecord } from '../../engine/ports.ts'
import { askLatest } from './ask-latest.ts'
import { type Home, readHome } from './home.ts'
import type { Means } from './means.ts'
import { refusedPerson } from './rights.ts'
import type { Outcome } from './scene.ts'
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

const ACTIONS = ['rollback', 'retry', 'continue'] as const
type Action = (typeof ACTIONS)[number]

export async function onCheckRunAction(means: Means, event: ActionEvent): Promise<void> {
  const action = ACTIONS.find((each) => each === event.action)
  const record = await means.store.rollout(event.marker.split('/', 1)[0] ?? '')
  // A marker can be copied, a rollout of another repository not.
  if (!action || record?.plan.work.release.repository !== event.repository) return
  if (await means.store.causedBy(event.intent)) return
  const reading = await readHome(means, event.repository)
  if (reading.kind === 'homeless') return await answer(means, event, { record, refusal: reading.refusal })
  const outcome = await carry(means, reading.home, { event, action, record })
  if (outcome.kind === 'refused') await answer(means, event, { record, refusal: outcome })
}

type Pressed = { event: ActionEvent; action: Action; record: RolloutRecord }

async function carry(means: Means, home: Home, pressed: Pressed): Promise<Outcome> {
  const { event, action, record } = pressed
  const { by, intent } = event
  const target: Target = { application: record.application, environment: record.environment }
  const no = await refusedPress(means, home, pressed)
  if (no) return await noteRefusal(means.store, { person: by, verb: action, ...target, rollout: record.id, intent }, no)
  if (action !== 'rollback') return await askLatest(means, { target, by, intent, ask: { kind: action } })
  const { origin } = record
  const { issues, shown } = origin ?? {}
  const told = issues && { origin: { issues, ...(shown && { shown }) } }
  const started = await means.engine.rollback({ ...target, by, intent, ...told })
  return started.kind === 'refused' ? started : { kind: 'begun' }
}

async function refusedPress(
  { store }: Means,
  home: Home,
  { event, record, action }: Pressed,
): Promise<Refusal | undefined> {
  const { application, environment } = record
  const configured = home.config.environments.find(({ name }) => name === environment)
  if (!configured || home.config.application !== application)
    return refused('not-allowed', { needs: `${environment} in .github/houston.yml` })
  const no = await refusedPerson(home, configured, Number(event.by.id))
  if (no) return no
  const [newest] = await store.rollouts({ application, environment, limit: 1 })
  return newest?.id === record.id ? undefined : refused('not-the-newest', { rollout: record.id, ask: action })
}

async function answer(
  means: Means,
  { repository, commit, intent }: ActionEvent,
  { record, refusal }: { record: RolloutRecord; refusal: Refusal },
): Promise<void> {
  const to = { repository, commit, name: `houston ${record.environment}` }
  await tell(means, to, { intent, told: toldRefusal(refusal, record.environment) })
}
