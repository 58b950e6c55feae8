// What the port `Chat` promises, whatever chat it is: one suite for the fake and for Slack's adapter.

import { beforeEach, describe, expect, it } from 'vitest'
import type { Channel } from '../../src/core/origin.ts'
import type { ChatObject } from '../../src/core/project-chat.ts'
import { projectMessage } from '../../src/core/project-message.ts'
import type { RolloutPhase } from '../../src/core/rollout.ts'
import type { Chat, Outgoing } from '../../src/engine/ports-outside.ts'
import { CHAT_PLACE, chatView } from './chat-views.ts'

/** How the next call goes; `error-after`: it is carried out, and nobody hears of it. */
export type Fortune = 'error-before' | 'error-after' | 'refused' | { kind: 'limited'; retryAfterMs: number }

export type ChatGround = {
  chat: Chat
  at: Channel
  /** How many messages stand there. */
  count(): number
  remove(id: string): void
  next(fortune: Fortune): void
}

/** What is told in each channel of a rollout that is in this phase. */
export function chatObjects(phase: RolloutPhase, at: Channel): ChatObject[] {
  return projectMessage(chatView(phase), { ...CHAT_PLACE, channels: [at] }).map(({ content }) => content)
}

export function objectOf(kind: ChatObject['kind'], at: Channel, phase: RolloutPhase = 'halted'): ChatObject {
  const found = chatObjects(phase, at).find((each) => each.kind === kind)
  if (!found) throw new Error(`nothing of the kind ${kind} is told of a rollout that is ${phase}`)
  return found
}

let serial = 0
const outgoing = (content: ChatObject, parent?: string): Outgoing<ChatObject> => ({
  ...{ marker: `ro1/${content.kind}/${++serial}`, content },
  ...(parent !== undefined && { parent }),
})

export function chatSuite(name: string, open: () => Promise<ChatGround>): void {
  describe(name, () => {
    let ground: ChatGround
    const signal = new AbortController().signal
    beforeEach(async () => {
      ground = await open()
    })

    async function made(
      kind: ChatObject['kind'],
      parent?: string,
    ): Promise<{ id: string; object: Outgoing<ChatObject> }> {
      const object = outgoing(objectOf(kind, ground.at), parent)
      const written = await ground.chat.create(object, signal)
      if (written.kind !== 'done') throw new Error(JSON.stringify(written))
      return { id: written.id, object }
    }

    it('what was created is found by its marker, and nothing else is', async () => {
      const { id, object } = await made('message')
      await made('message')
      expect(await ground.chat.find(object, signal)).toEqual({ kind: 'found', id })
      expect(await ground.chat.find(outgoing(object.content), signal)).toEqual({ kind: 'absent' })
    })

    it('a reply is found under its parent', async () => {
      const parent = await made('message')
      const { id, object } = await made('stages', parent.id)
      const halted = await made('halted', parent.id)
      expect(await ground.chat.find(object, signal)).toEqual({ kind: 'found', id })
      expect(await ground.chat.find(halted.object, signal)).toEqual({ kind: 'found', id: halted.id })
      expect(ground.count()).toBe(3)
    })

    it('an update changes what is there, and can be repeated', async () => {
      const { id, object } = await made('message')
      const later = { ...object, content: objectOf('message', ground.at, 'succeeded') }
      for (const _ of [1, 2]) expect(await ground.chat.update(id, later, signal)).toEqual({ kind: 'done', id })
      expect(await ground.chat.find(object, signal)).toEqual({ kind: 'found', id })
      expect(ground.count()).toBe(1)
    })

    it('what was deleted is gone', async () => {
      const { id, object } = await made('message')
      ground.remove(id)
      expect(await ground.chat.update(id, object, signal)).toEqual({ kind: 'gone' })
      expect(await ground.chat.find(object, signal)).toEqual({ kind: 'absent' })
    })

    it('created and nobody heard of it: unsure, and found', async () => {
      const object = outgoing(objectOf('message', ground.at))
      ground.next('error-after')
      expect(await ground.chat.create(object, signal)).toMatchObject({ kind: 'unsure' })
      expect(await ground.chat.find(object, signal)).toMatchObject({ kind: 'found' })
      expect(ground.count()).toBe(1)
    })

    const bad: [Fortune, object][] = [
      ['error-before', { kind: 'unsure', why: expect.any(String) }],
      ['refused', { kind: 'refused', why: expect.any(String) }],
      [
        { kind: 'limited', retryAfterMs: 30_000 },
        { kind: 'limited', retryAfterMs: 30_000 },
      ],
    ]
    it.each(bad)('%o: the answer says so, once, and nothing is there', async (fortune, expected) => {
      const object = outgoing(objectOf('message', ground.at))
      ground.next(fortune)
      expect(await ground.chat.create(object, signal)).toEqual(expected)
      expect(ground.count()).toBe(0)
      const { id } = await made('message')
      ground.next(fortune)
      expect(await ground.chat.update(id, object, signal)).toEqual(expected)
      ground.next(fortune)
      expect(await ground.chat.find(object, signal)).toEqual(expected)
    })
  })
}
