// A chat's object as what Slack is sent: a text that always stands alone, and blocks, in the newest form or in the old one.

import type { ChatObject } from '../../core/project-chat.ts'
import type { Block } from './blocks.ts'
import { endedText, renderEnded } from './render-ended.ts'
import { messageText, renderMessage } from './render-message.ts'
import { failuresText, haltedText, renderFailures, renderHalted, renderStages, stagesText } from './render-thread.ts'

/** From the newest blocks to those that every Slack takes, to none. */
export const FORMS = ['new', 'old', 'text'] as const
export type Form = (typeof FORMS)[number]

export type Rendered = { text: string; blocks: Block[] }

export function render(object: ChatObject, form: Form): Rendered {
  return { text: textOf(object), blocks: form === 'text' ? [] : blocksOf(object, form) }
}

function textOf(object: ChatObject): string {
  switch (object.kind) {
    case 'message':
      return messageText(object)
    case 'stages':
      return stagesText(object)
    case 'failures':
      return failuresText(object)
    case 'halted':
      return haltedText(object)
    case 'ended':
      return endedText(object)
    default:
      return object satisfies never
  }
}

function blocksOf(object: ChatObject, form: 'new' | 'old'): Block[] {
  switch (object.kind) {
    case 'message':
      return renderMessage(object, form === 'new' ? 'cards' : 'lines')
    case 'stages':
      return renderStages(object)
    case 'failures':
      return renderFailures(object, form === 'new' ? 'rich' : 'plain')
    case 'halted':
      return renderHalted(object)
    case 'ended':
      return renderEnded(object)
    default:
      return object satisfies never
  }
}
