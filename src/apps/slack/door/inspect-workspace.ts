// What Slack says of what was set up: whether the tokens are right, and whether the channels that the settings name can be written to.
// Nothing is changed there.

import { z } from 'zod'
import { type Line, openCall } from '../../../adapters/slack/call.ts'
import { codeOf } from '../../../adapters/slack/fault.ts'
import type { SlackChannel } from '../../../config/settings.ts'
import { lineTo, whoIs } from './connections.ts'
import type { Workspace } from './credentials.ts'

const WITHIN_MS = 8_000
const opened = z.object({ url: z.string() })

export type Checked = { team: string; name: string }

/** Rejects with what a person can read: which token Slack does not take, and why. */
export async function checkTokens(workspace: Workspace, at: { apiUrl?: string }): Promise<Checked> {
  const line = lineTo(workspace, at)
  const who = await asking('The bot token', () => whoIs(line, AbortSignal.timeout(WITHIN_MS)))
  const { appToken } = workspace
  if (appToken) {
    const open = openCall({ ...line, token: appToken.reveal() }, AbortSignal.timeout(WITHIN_MS))
    await asking('The app-level token', async () => opened.parse(await open('apps.connections.open', {})))
  }
  return { team: who.team_id, name: who.team ?? who.team_id }
}

/** `state`: `ok`, or what stands in the way. */
export type ChannelReport = SlackChannel & { state: string }

export async function inspectChannels(channels: readonly SlackChannel[], line: Line): Promise<ChannelReport[]> {
  const call = openCall(line, AbortSignal.timeout(WITHIN_MS))
  return await Promise.all(
    channels.map(async (channel) => {
      const asked = call('conversations.history', { channel: channel.channel, limit: 1 })
      const state = await asked.then(
        () => 'ok',
        (error: unknown) => CHANNEL_WORDS[codeOf(error) ?? ''] ?? codeOf(error) ?? 'Slack did not answer',
      )
      return { ...channel, state }
    }),
  )
}

const CHANNEL_WORDS: Readonly<Record<string, string>> = {
  not_in_channel: 'invite the app: /invite @houston',
  channel_not_found: 'there is no such channel, or it is private and the app was not invited',
  is_archived: 'the channel is archived',
}

async function asking<A>(what: string, ask: () => Promise<A>): Promise<A> {
  try {
    return await ask()
  } catch (error) {
    const code = codeOf(error)
    throw new Error(
      code === undefined ? 'Slack did not answer; try again.' : `${what} is not taken by Slack: ${code}.`,
      {
        cause: error,
      },
    )
  }
}
