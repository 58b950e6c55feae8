// Sends a message in the newest form that its workspace takes: the new blocks, the old ones, and when even those are refused its
// text, because being told in plain words is better than not being told.

import type { ChatObject } from '../../core/project-chat.ts'
import type { Call } from './call.ts'
import { codeOf } from './fault.ts'
import { type Form, render } from './render.ts'

/** `team`: the workspace. `method`: which creates or updates the message, with what it needs besides the message. */
export type Sending = { team: string; method: 'chat.postMessage' | 'chat.update'; given: Record<string, unknown> }

/** Remembers which workspaces took the old blocks and not the new ones. */
export type SendMessage = (call: Call, sending: Sending, content: ChatObject) => Promise<unknown>

export function createSendMessage(): SendMessage {
  const old = new Set<string>()
  return async (call, { team, method, given }, content) => {
    // Names and addresses in the text stay text; `chat.update` would look for them.
    const as = (form: Form) => call(method, { ...given, ...render(content, form), parse: 'none', link_names: false })
    for (const form of old.has(team) ? (['old'] as const) : (['new', 'old'] as const)) {
      const answer = await as(form).catch(refusedBlocks)
      if (answer === REFUSED) continue
      if (form === 'old') old.add(team)
      return answer
    }
    return await as('text')
  }
}

const REFUSED = Symbol('blocks refused')

function refusedBlocks(error: unknown): typeof REFUSED {
  if (BLOCKS_REFUSED.has(codeOf(error) ?? '')) return REFUSED
  throw error
}

const BLOCKS_REFUSED = new Set(['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long'])
