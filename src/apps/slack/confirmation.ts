// The question under a plan: Deploy or Cancel. The button carries what was asked and the digest of what was seen; pressed, the act
// is a new one, with the rights of that moment, and pressed twice it is the same one.

import { z } from 'zod'
import type { Block } from '../../adapters/slack/blocks.ts'
import type { Deploy } from './order.ts'

export const CONFIRM = 'houston.deploy.confirm'
export const CANCEL = 'houston.deploy.cancel'

/** Slack's limit is 2,000. */
const MOST_VALUE = 1_900

const name = z.string().min(1).max(200)
const shape = z.strictObject({
  target: z.strictObject({ application: name, environment: name }),
  ref: z.string().max(300).exactOptional(),
  all: z.boolean(),
  backwards: z.boolean(),
  reason: z.string().max(1_000).exactOptional(),
  approvedDigest: z.string().max(100),
  /** Of the question. */
  intent: z.string().max(200),
})

export type Confirmed = { deploy: Deploy; intent: string }

/** `intent`: of the question. */
export function confirmButtons(deploy: Deploy, digest: string, intent: string): Block {
  const button = { type: 'button' } as const
  return {
    type: 'actions',
    block_id: 'houston.deploy',
    elements: [
      {
        ...button,
        action_id: CONFIRM,
        style: 'primary',
        text: { type: 'plain_text', text: 'Deploy' },
        value: buttonValue(deploy, digest, intent),
      },
      { ...button, action_id: CANCEL, text: { type: 'plain_text', text: 'Cancel' }, value: 'cancel' },
    ],
  }
}

/** `undefined`: it is none of ours. */
export function confirmedDeploy(value: string): Confirmed | undefined {
  const read = shape.safeParse(parsed(value))
  if (!read.success) return undefined
  const { intent, ...deploy } = read.data
  return { deploy: { verb: 'deploy', ...deploy }, intent: `${intent}/confirmed` }
}

/** A reason that is too long is left out sooner than the question. */
function buttonValue({ target, ref, all, backwards, reason }: Deploy, approvedDigest: string, intent: string): string {
  const asked = { target, all, backwards, approvedDigest, intent, ...(ref !== undefined && { ref }) }
  const whole = JSON.stringify({ ...asked, ...(reason !== undefined && { reason }) })
  return whole.length <= MOST_VALUE ? whole : JSON.stringify({ ...asked, reason: reason?.slice(0, 200) })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
