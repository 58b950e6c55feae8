// Slack as a surface: in which channels a rollout is told of, and what the writes there are counted against. Merges, workflows and
// people are told of alike.

import { matchesGlob, matchesRepositoryGlob } from '../../config/glob.ts'
import type { SlackChannel } from '../../config/settings.ts'
import type { Channel } from '../../core/origin.ts'
import type { Limit } from '../../core/project-budget.ts'
import type { ChatObject } from '../../core/project-chat.ts'
import { projectMessage } from '../../core/project-message.ts'
import type { ProjectionView } from '../../core/project-object.ts'
import type { Budget, Chat, Surface } from '../../engine/ports-outside.ts'

/**
 * Slack takes one message a second in a channel, and 50 updates a minute of an app in a workspace (its third tier); people can
 * follow one change of a message in three seconds. A tenth less of each: a write arrives later than it was granted.
 */
const CHANNEL: readonly Limit[] = [{ writes: 1, windowMs: 1_100 }]
const MESSAGE: readonly Limit[] = [{ writes: 1, windowMs: 3_300 }]
const WORKSPACE: readonly Limit[] = [{ writes: 45, windowMs: 60_000 }]

export type SlackSurface = {
  chat: Chat
  /** The operator's: whose channel is whose. */
  channels: readonly SlackChannel[]
  /** The workspaces that are connected now. */
  teams: () => readonly string[]
  /** Under which address repositories are seen. */
  forge: string
  /** Where a rollout is seen, when others reach this server. */
  pageOf: (rollout: string) => string | undefined
}

export function createSlackSurface(of: SlackSurface): Surface<ChatObject> {
  return {
    name: 'slack',
    outside: of.chat,
    desired(view) {
      if (of.teams().length === 0) return []
      const page = of.pageOf(view.id)
      const place = { channels: channelsOf(of, view), forge: of.forge, ...(page !== undefined && { page }) }
      return projectMessage(view, place)
    },
    budgets: ({ key, content }, rollout) => [
      { key: `slack/message/${rollout}/${key}`, limits: MESSAGE },
      ...placeBudgets(content),
    ],
  }
}

function placeBudgets(content: ChatObject): Budget[] {
  if (content.kind === 'ended') return [{ key: `slack/person/${content.to.via}/${content.to.id}`, limits: CHANNEL }]
  const { team, channel } = content.at
  return [
    { key: `slack/channel/${team}/${channel}`, limits: CHANNEL },
    { key: `slack/workspace/${team}`, limits: WORKSPACE },
  ]
}

/** Its own channels; and where it was asked for, in the thread there, unless that channel is its own. */
function channelsOf({ channels, teams }: SlackSurface, { plan: { work }, origin }: ProjectionView): Channel[] {
  const connected = teams()
  const own = channels.filter((each) => isOf(each, work)).flatMap((each) => inTeam(each, connected))
  const asked = origin?.chat
  const all = asked && connected.includes(asked.team) ? [...own, asked] : own
  return all.filter((one, index) => all.findIndex((other) => sameChannel(one, other)) === index)
}

function isOf(channel: SlackChannel, { application, environment, release }: ProjectionView['plan']['work']): boolean {
  const { environments = ['*'], repository } = channel
  if (channel.application !== application) return false
  if (repository !== undefined && !matchesRepositoryGlob(repository, release.repository ?? '')) return false
  return environments.some((glob) => matchesGlob(glob, environment))
}

/** Without a workspace it is that of the only one. */
function inTeam({ team, channel }: SlackChannel, connected: readonly string[]): Channel[] {
  const [only, ...others] = connected
  const where = team ?? (others.length === 0 ? only : undefined)
  return where !== undefined && connected.includes(where) ? [{ team: where, channel }] : []
}

function sameChannel(a: Channel, b: Channel): boolean {
  return a.team === b.team && a.channel === b.channel
}
