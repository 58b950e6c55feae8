// The port `Chat` in memory, and Slack's surface on it. It notes what Slack would refuse of a message in any of its forms, a
// channel that is written to twice in a second, and a message that is changed again within three.

import { FORMS, render } from '../../src/adapters/slack/render.ts'
import { createSlackSurface } from '../../src/apps/slack/surface.ts'
import type { Limit } from '../../src/core/project-budget.ts'
import type { ChatContent, ChatObject } from '../../src/core/project-chat.ts'
import type { Clock } from '../../src/engine/ports.ts'
import type { Chat, Outgoing, Surface, Written } from '../../src/engine/ports-outside.ts'
import { FakeOutside } from './fake-outside.ts'
import { messageFaults } from './slack-limits.ts'

export const MESSAGE_GAP_MS = 3_000
const CHANNEL_GAP_MS = 1_000
/** Of all updates in a workspace. */
const SLACK: readonly Limit[] = [{ writes: 50, windowMs: 60_000 }]

export class FakeChat extends FakeOutside<ChatObject> implements Chat {
  readonly #changed = new Map<string, number>()
  readonly #written = new Map<string, number>()

  constructor(clock: Clock, limits: readonly Limit[] = SLACK) {
    super(clock, limits)
  }

  /** The phase that each message tells of. */
  get messages(): ChatContent<'message'>['rollout']['phase'][] {
    const newest = this.standing.map(({ id }) => this.newest(id))
    return newest.flatMap((content) => (content?.kind === 'message' ? [content.rollout.phase] : []))
  }

  override async create(object: Outgoing<ChatObject>): Promise<Written> {
    this.#check(object)
    const written = await super.create(object)
    if (written.kind === 'done') this.#pace(object)
    return written
  }

  override async update(id: string, object: Outgoing<ChatObject>): Promise<Written> {
    this.#check(object)
    const written = await super.update(id, object)
    if (written.kind !== 'done') return written
    this.#pace(object)
    const now = this.writes.at(-1) ?? 0
    const last = this.#changed.get(id) ?? this.objects.get(id)?.at ?? Number.NEGATIVE_INFINITY
    if (now - last < MESSAGE_GAP_MS) this.faults.push(`${id} was changed after ${now - last} ms`)
    this.#changed.set(id, now)
    return written
  }

  /** A channel takes a message a second; a private conversation is one too. */
  #pace({ content }: Outgoing<ChatObject>): void {
    const channel = content.kind === 'ended' ? content.to.id : content.at.channel
    const now = this.writes.at(-1) ?? 0
    const last = this.#written.get(channel) ?? Number.NEGATIVE_INFINITY
    if (now - last < CHANNEL_GAP_MS) this.faults.push(`${channel} was written to after ${now - last} ms`)
    this.#written.set(channel, now)
  }

  #check({ content }: Outgoing<ChatObject>): void {
    for (const form of FORMS) this.faults.push(...messageFaults(render(content, form)))
  }
}

/** Everything is told in one channel. */
export function chatSurface(chat: Chat): Surface<ChatObject> {
  const channels = ['shop', 'post', 'bank'].map((application) => ({ channel: 'C1', application }))
  return createSlackSurface({
    ...{ chat, channels, teams: () => ['T1'], forge: 'https://github.com' },
    pageOf: (rollout) => `https://houston.acme.dev/rollouts/${rollout}`,
  })
}
