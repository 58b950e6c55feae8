// What people of a workspace do: type a command, mention the bot, press, submit, search, look at the Home tab. Each becomes the
// payload that Slack sends for it; how it travels is not decided here.

import { z } from 'zod'
import type { EnvelopeType } from './socket-mode.ts'
import { type Body, type Ephemeral, type Message, newTrigger, nextId, nextTs, type Shown, type Town } from './town.ts'

/** How a payload reaches the app; `retry` counts from 1. Answers the body of the acknowledgement. */
export type Carry = (type: EnvelopeType, payload: Body, retry?: number) => Promise<unknown>

export type Pressable = Message | Ephemeral | Shown

type Where = { channel?: string; thread?: string }

const replyShape = z.object({ response_action: z.string(), view: z.record(z.string(), z.unknown()).optional() })

export class People {
  readonly #town: Town
  readonly #carry: Carry
  readonly #origin: () => string

  constructor(town: Town, carry: Carry, origin: () => string) {
    this.#town = town
    this.#carry = carry
    this.#origin = origin
  }

  /** `typed` as a person types it: `/deploy prod`. */
  async command(user: string, typed: string, { channel = 'C0DEPLOYS' }: Where = {}): Promise<unknown> {
    const [command = '', text = ''] = typed.split(/ (.*)/s)
    const known = this.#town.channels.get(channel)
    return await this.#carry('slash_commands', {
      ...{ token: 'old', team_id: this.#town.team, team_domain: this.#town.domain, api_app_id: 'A0HOUSTON' },
      ...{ channel_id: channel, channel_name: known?.name ?? '', user_id: user, user_name: this.#name(user) },
      ...{ command, text, trigger_id: newTrigger(this.#town, user), response_url: this.#responseUrl(user, channel) },
    })
  }

  async mention(user: string, words: string, { channel = 'C0DEPLOYS', thread }: Where = {}): Promise<Body> {
    const ts = nextTs(this.#town)
    const text = `<@${this.#town.bot.id}> ${words}`
    this.#town.messages.push({
      channel,
      ts,
      user,
      text,
      blocks: [],
      broadcast: false,
      edits: 0,
      ...(thread && { thread }),
    })
    const event = { type: 'app_mention', user, text, ts, channel, event_ts: ts, ...(thread && { thread_ts: thread }) }
    return await this.event(event)
  }

  async openHome(user: string): Promise<Body> {
    return await this.event({ type: 'app_home_opened', user, channel: 'D0', tab: 'home', event_ts: nextTs(this.#town) })
  }

  /** Answers the envelope, to be sent `again`. */
  async event(event: Body): Promise<Body> {
    const envelope = {
      ...{ token: 'old', team_id: this.#town.team, api_app_id: 'A0HOUSTON', event, type: 'event_callback' },
      ...{ event_id: nextId(this.#town, 'Ev'), event_time: Math.floor(Date.now() / 1_000) },
      authorizations: [{ team_id: this.#town.team, user_id: this.#town.bot.id, is_bot: true }],
    }
    await this.#carry('events_api', envelope)
    return envelope
  }

  /** As Slack's retries send it. */
  async again(envelope: Body, retry = 1): Promise<void> {
    await this.#carry('events_api', envelope, retry)
  }

  /** Presses what has this action id; of several, the one with this value. */
  async press(user: string, where: Pressable, actionId: string, value?: string): Promise<unknown> {
    const found = findElement(contentOf(where), actionId, value)
    const pressed = { ...found.element, block_id: found.block, action_ts: nextTs(this.#town) }
    const chosen = value === undefined || found.element.type === 'button' ? {} : { selected_option: { value } }
    return await this.#interact(user, 'block_actions', {
      ...this.#place(user, where),
      actions: [{ ...pressed, ...chosen }],
    })
  }

  /** Closes or changes the modal as the acknowledgement says, which it answers. */
  async submit(user: string, shown: Shown, values: Body = {}): Promise<unknown> {
    const answered = await this.#interact(user, 'view_submission', { view: viewWith(shown, values), response_urls: [] })
    const reply = replyShape.safeParse(answered)
    if (reply.success && reply.data.view) Object.assign(shown, { view: reply.data.view, hash: nextId(this.#town, 'h') })
    else if (!reply.success || reply.data.response_action === 'clear') shown.closed = true
    return answered
  }

  /** What a search box of a modal offers for what was typed. */
  async search(
    user: string,
    shown: Shown,
    actionId: string,
    { typed, values = {} }: { typed: string; values?: Body },
  ): Promise<unknown> {
    const { block } = findElement(contentOf(shown), actionId)
    const what = { action_id: actionId, block_id: block, value: typed, view: viewWith(shown, values) }
    return await this.#interact(user, 'block_suggestion', what)
  }

  async #interact(user: string, type: string, what: Body): Promise<unknown> {
    return await this.#carry('interactive', {
      ...{ type, token: 'old', api_app_id: 'A0HOUSTON', team: { id: this.#town.team, domain: this.#town.domain } },
      ...{
        user: { id: user, name: this.#name(user), team_id: this.#town.team },
        trigger_id: newTrigger(this.#town, user),
      },
      ...what,
    })
  }

  #place(user: string, where: Pressable): Body {
    if ('view' in where)
      return { container: { type: 'view', view_id: where.id }, view: viewWith(where, where.filled ?? {}) }
    const { channel, thread } = where
    const ts = 'ts' in where ? where.ts : nextTs(this.#town)
    const more = thread === undefined ? {} : { thread_ts: thread }
    const container = { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: !('ts' in where), ...more }
    return {
      container,
      channel: { id: channel },
      response_url: this.#responseUrl(user, channel, 'ts' in where ? ts : undefined),
    }
  }

  #responseUrl(user: string, channel: string, ts?: string): string {
    const id = nextId(this.#town, `${this.#town.team}R`)
    this.#town.responses.set(id, { at: Date.now(), uses: 0, user, channel, ...(ts !== undefined && { ts }) })
    return `${this.#origin()}/response/${id}`
  }

  #name(user: string): string {
    return this.#town.people.get(user)?.name ?? ''
  }
}

const elementShape = z.looseObject({ action_id: z.string().optional(), type: z.string(), value: z.string().optional() })
const holderShape = z.looseObject({
  block_id: z.string().optional(),
  elements: z.array(z.unknown()).optional(),
  accessory: z.unknown().optional(),
  element: z.unknown().optional(),
})

type Element = z.output<typeof elementShape>

function findElement(
  blocks: readonly unknown[],
  actionId: string,
  value?: string,
): { element: Element; block: string } {
  const all = blocks.flatMap((block, at) => {
    const { block_id = `b${at}`, elements = [], accessory, element } = holderShape.parse(block)
    return [...elements, accessory, element].flatMap((each) => {
      const read = elementShape.safeParse(each)
      return read.success && read.data.action_id === actionId ? [{ element: read.data, block: block_id }] : []
    })
  })
  const found = all.find(({ element }) => value === undefined || element.value === value) ?? all[0]
  if (!found) throw new Error(`Nothing there has the action ${actionId}: ${JSON.stringify(blocks)}`)
  return found
}

function contentOf(where: Pressable): readonly unknown[] {
  return 'view' in where ? z.array(z.unknown()).parse(where.view.blocks ?? []) : where.blocks
}

/** As Slack sends a view back: with its id, and what was filled in. */
function viewWith({ view, id, hash }: Shown, values: Body): Body {
  return { private_metadata: '', callback_id: '', ...view, id, hash, state: { values } }
}
