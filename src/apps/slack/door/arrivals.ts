// What arrives from Slack, as the handlers get it: only what is used, checked, whichever transport brought it. It knows no
// signature, no socket and no words.

import { z } from 'zod'

/** Who did something, and in which workspace. */
export type Actor = { team: string; user: string }

/** Where to answer besides a channel: for half an hour, five times. */
type Back = { responseUrl?: string }

/** `/deploy prod`. `triggerId` opens a modal, within three seconds. */
export type CommandArrival = Actor &
  Back & { kind: 'command'; command: string; text: string; channel: string; triggerId: string }

/** `@houston …`. `text` is as Slack has it, the mention included; `at` is ms since 1970. */
export type MentionArrival = Actor & {
  kind: 'mention'
  channel: string
  ts: string
  thread?: string
  text: string
  at: number
}

/** A message, of ours, in which something was pressed. */
export type PressedIn = { channel: string; ts: string; thread?: string }

/** Something in a modal or a Home tab that it was pressed in. */
export type View = { id: string; hash: string; callbackId: string; metadata: string; values: Values }

/** What was filled in, by block and action. */
export type Values = Readonly<Record<string, Readonly<Record<string, Input>>>>

/** `text` of a text field; `option`/`options`: the values chosen. */
export type Input = { text?: string; option?: string; options?: readonly string[] }

/** A button or a select. */
export type ActionArrival = Actor &
  Back & {
    kind: 'action'
    action: string
    block: string
    value: string
    triggerId: string
    message?: PressedIn
    view?: View
  }

/** A modal was submitted. */
export type SubmissionArrival = Actor & { kind: 'submission'; view: View; triggerId: string }

/** What a select may offer for what was typed so far. It changes nothing, and is answered at once. */
export type OptionsArrival = Actor & { kind: 'options'; action: string; block: string; typed: string; view?: View }

/** The Home tab was opened. */
export type HomeArrival = Actor & { kind: 'home' }

export type Arrival = CommandArrival | MentionArrival | ActionArrival | SubmissionArrival | OptionsArrival | HomeArrival

const id = z.string().regex(/^[A-Z][A-Z0-9]{1,30}$/)
const text = z.string()
const optionalText = z.string().nullish()

const commandShape = z.object({
  command: text,
  text: text.default(''),
  team_id: id,
  user_id: id,
  channel_id: id,
  trigger_id: text,
  response_url: optionalText,
})

/** A slash command's fields. Throws what zod throws. */
export function toCommand(body: unknown): CommandArrival {
  const { command, text: words, team_id: team, user_id: user, channel_id: channel, ...rest } = commandShape.parse(body)
  return { kind: 'command', team, user, command, text: words, channel, triggerId: rest.trigger_id, ...back(rest) }
}

const eventShape = z.object({
  team_id: id,
  event_time: z.number(),
  event: z.discriminatedUnion('type', [
    z.object({
      ...{ type: z.literal('app_mention'), user: id, text, ts: text, thread_ts: optionalText, channel: id },
      ...{ team: id.nullish(), bot_id: optionalText, edited: z.unknown().optional() },
    }),
    z.object({ type: z.literal('app_home_opened'), user: id, tab: optionalText }),
  ]),
})

/** An event's envelope; `undefined`: nobody is to do anything about it. Throws what zod throws. */
export function toEvent(body: unknown): MentionArrival | HomeArrival | undefined {
  const { team_id: team, event, event_time } = eventShape.parse(body)
  const { user } = event
  if (event.type === 'app_home_opened') return event.tab === 'messages' ? undefined : { kind: 'home', team, user }
  // Bots are not heard, and neither are people of another organization in a channel that is shared with it.
  if (event.bot_id || (event.team && event.team !== team)) return undefined
  // Slack sends a mention anew whenever its message is edited: what was carried out once would be again.
  if (event.edited) return undefined
  const { channel, ts, thread_ts: thread } = event
  const where = { channel, ts, ...(thread ? { thread } : {}) }
  return { kind: 'mention', team, user, ...where, text: event.text, at: event_time * 1_000 }
}

const chosen = z.object({ value: text })
const inputShape = z.object({
  value: optionalText,
  selected_option: chosen.nullish(),
  selected_options: z.array(chosen).nullish(),
})
const viewShape = z.object({
  id: text,
  hash: text.default(''),
  callback_id: text.default(''),
  private_metadata: text.default(''),
  state: z.object({ values: z.record(text, z.record(text, inputShape)) }).nullish(),
})
const actorShape = z.object({ team: z.object({ id }).nullish(), user: z.object({ id, team_id: id.nullish() }) })

const actionShape = actorShape.extend({
  trigger_id: text,
  response_url: optionalText,
  container: z.object({ channel_id: id.nullish(), message_ts: optionalText, thread_ts: optionalText }).nullish(),
  view: viewShape.nullish(),
  actions: z
    .array(
      z.object({ action_id: text, block_id: text.default(''), value: optionalText, selected_option: chosen.nullish() }),
    )
    .min(1),
})

/** The first of the pressed: Slack sends one. Throws what zod throws. */
export function toAction(body: unknown): ActionArrival | undefined {
  const payload = actionShape.parse(body)
  const { container, view, trigger_id: triggerId } = payload
  const [pressed] = payload.actions
  if (!pressed) return undefined
  const { channel_id: channel, message_ts: ts, thread_ts: thread } = container ?? {}
  const message = channel && ts ? { channel, ts, ...(thread ? { thread } : {}) } : undefined
  return {
    kind: 'action',
    ...actor(payload),
    action: pressed.action_id,
    block: pressed.block_id,
    value: pressed.value ?? pressed.selected_option?.value ?? '',
    triggerId,
    ...back(payload),
    ...(message && { message }),
    ...(view && { view: toView(view) }),
  }
}

const submissionShape = actorShape.extend({ trigger_id: text.default(''), view: viewShape })

/** Throws what zod throws. */
export function toSubmission(body: unknown): SubmissionArrival {
  const payload = submissionShape.parse(body)
  return { kind: 'submission', ...actor(payload), view: toView(payload.view), triggerId: payload.trigger_id }
}

const optionsShape = actorShape.extend({
  action_id: text,
  block_id: text.default(''),
  value: text.default(''),
  view: viewShape.nullish(),
})

/** Throws what zod throws. */
export function toOptions(body: unknown): OptionsArrival {
  const payload = optionsShape.parse(body)
  const { action_id: action, block_id: block, value: typed, view } = payload
  return { kind: 'options', ...actor(payload), action, block, typed, ...(view && { view: toView(view) }) }
}

/** Whoever is of another workspace than the one that it happened in is nobody's: no app speaks for them. */
function actor({ team, user }: z.output<typeof actorShape>): Actor {
  const [where, whose] = [team?.id ?? user.team_id ?? '', user.team_id ?? team?.id ?? '']
  return { team: where === whose ? where : '', user: user.id }
}

function back({ response_url }: { response_url?: string | null | undefined }): Back {
  return response_url ? { responseUrl: response_url } : {}
}

function toView({ id: viewId, hash, callback_id, private_metadata, state }: z.output<typeof viewShape>): View {
  const blocks = Object.entries(state?.values ?? {}).map(([block, inputs]) => {
    return [block, Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, toInput(input)]))] as const
  })
  return { id: viewId, hash, callbackId: callback_id, metadata: private_metadata, values: Object.fromEntries(blocks) }
}

function toInput({ value, selected_option, selected_options }: z.output<typeof inputShape>): Input {
  return {
    ...(typeof value === 'string' && { text: value }),
    ...(selected_option && { option: selected_option.value }),
    ...(selected_options && { options: selected_options.map((each) => each.value) }),
  }
}
