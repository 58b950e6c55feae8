// Sends a message in the newest form that its workspace takes: the new blocks, the old ones, and when even those are refused its
// text, because being told in plain words is better than not being told.

import type { ChatObject } from '../../core/project-chat.ts'
import type { Call } from './call.ts'
import { codeOf } from './fault.ts'
import { FORMS, type Form, render } from './render.ts'

/** `team`: the workspace. `method`: which creates or updates the message, with what it needs besides the message. */
export type Sending = { team: string; method: 'chat.postMessage' | 'chat.update'; given: Record<string, unknown> }

/** Remembers which workspaces took the old blocks and not the new ones. */
export type SendMessage = (call: Call, sending: Sending, content: ChatObject) => Promise<unknown>

export function createSendMessage(): SendMessage {
  const old = new Set<string>()
  return async (call, { team, method, given }, content) => {
    const sendAs = async (form: Form): Promise<unknown> => {
      try {
        // Names and addresses in the text stay text; `chat.update` would look for them.
        return await call(method, { ...given, ...render(content, form), parse: 'none', link_names: false })
      } catch (error) {
        const next = FORMS[FORMS.indexOf(form) + 1]
        if (next === undefined || !BLOCKS_REFUSED.has(codeOf(error) ?? '')) throw error
        const answer = await sendAs(next)
        if (form === 'new') old.add(team)
        return answer
      }
    }
    return await sendAs(old.has(team) ? 'old' : 'new')
  }
}

const BLOCKS_REFUSED = new Set(['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long'])
