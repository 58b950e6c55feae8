// Where an object of a rollout belongs in Slack: a channel and a thread there, or the private conversation with a person.

import { z } from 'zod'
import type { Addressee, ChatObject } from '../../core/project-chat.ts'
import type { Outgoing } from '../../engine/ports-outside.ts'
import { type Address, readAddress, threadOf } from './address.ts'
import { type Call, type Line, openCall } from './call.ts'
import type { Fault } from './fault.ts'

export type Workspaces = {
  /** `undefined`: the workspace is not connected. Asked for each call: it may be connected while the server runs. */
  lineOf(team: string): Line | undefined
  /** Who a person is in a workspace; `undefined`: nobody that is known. */
  memberOf(person: Addressee): Promise<{ team: string; user: string } | undefined>
}

export type Place = { kind: 'place'; call: Call; target: Omit<Address, 'ts'> }

export async function placeOf(
  workspaces: Workspaces,
  { content, parent }: Outgoing<ChatObject>,
  signal: AbortSignal,
): Promise<Place | Fault> {
  if (content.kind === 'ended') return await privately(workspaces, content.to, signal)
  const { team, channel, thread } = content.at
  const call = callTo(workspaces, team, signal)
  const root = parent === undefined ? thread : threadOf(readAddress(parent))
  if (typeof call !== 'function') return call
  return { kind: 'place', call, target: { team, channel, ...(root !== undefined && { thread: root }) } }
}

async function privately(workspaces: Workspaces, to: Addressee, signal: AbortSignal): Promise<Place | Fault> {
  const member = await workspaces.memberOf(to)
  if (!member) return { kind: 'refused', why: 'nobody in Slack is known to be this person' }
  const { team, user } = member
  const call = callTo(workspaces, team, signal)
  if (typeof call !== 'function') return call
  const { channel } = opened.parse(await call('conversations.open', { users: user }))
  return { kind: 'place', call, target: { team, channel: channel.id } }
}

const opened = z.object({ channel: z.object({ id: z.string() }) })

export function callTo({ lineOf }: Workspaces, team: string, signal: AbortSignal): Call | Fault {
  const line = lineOf(team)
  return line ? openCall(line, signal) : { kind: 'refused', why: `the workspace ${team} is not connected` }
}
