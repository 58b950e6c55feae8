// The port `Chat` in memory, and a surface on it for tests: a message a rollout, changed at most once in three seconds.

import type { ChatContent, ChatObject } from '../../src/core/project-chat.ts'
import { projectMessage } from '../../src/core/project-message.ts'
import type { Chat, Outgoing, Surface, Written } from '../../src/engine/ports-outside.ts'
import { FakeOutside } from './fake-outside.ts'

export const MESSAGE_GAP_MS = 3_000

export class FakeChat extends FakeOutside<ChatObject> implements Chat {
  readonly #changed = new Map<string, number>()

  /** The phase that each message tells of. */
  get messages(): ChatContent<'message'>['rollout']['phase'][] {
    const newest = this.standing.map(({ id }) => this.newest(id))
    return newest.flatMap((content) => (content?.kind === 'message' ? [content.rollout.phase] : []))
  }

  override async update(id: string, object: Outgoing<ChatObject>): Promise<Written> {
    const written = await super.update(id, object)
    if (written.kind !== 'done') return written
    const now = this.writes.at(-1) ?? 0
    const last = this.#changed.get(id) ?? this.objects.get(id)?.at ?? Number.NEGATIVE_INFINITY
    if (now - last < MESSAGE_GAP_MS) this.faults.push(`${id} was changed after ${now - last} ms`)
    this.#changed.set(id, now)
    return written
  }
}

export function chatSurface(outside: Chat): Surface<ChatObject> {
  return {
    name: 'chat',
    outside,
    desired: (view) => projectMessage(view, { channels: [{ team: 'T1', channel: 'C1' }] }),
    budgets: ({ key }, rollout) => [
      { key: `message:${rollout}/${key}`, limits: [{ writes: 1, windowMs: MESSAGE_GAP_MS }] },
    ],
  }
}
