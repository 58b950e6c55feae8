// The connections of Socket Mode, one for each app that has a token for it, also for one that is set up while the server runs;
// and who the token of the environment belongs to. It knows no message.

import { z } from 'zod'
import { type Line, openCall } from '../../../adapters/slack/call.ts'
import type { Log } from '../../server/log.ts'
import type { Workspace } from './credentials.ts'
import type { SlackRegistration } from './registration.ts'
import { keepSocket } from './socket.ts'
import type { Taken } from './take.ts'

export type ConnectionsOptions = {
  registration: SlackRegistration
  take: (app: Workspace, body: unknown) => Promise<Taken>
  log: Log
  failed: (fault: Error) => void
}

/** How soon an app that was just set up is connected, and how often the tokens are tried until Slack knows them. */
const LOOK_EVERY_MS = 2_000
const ASK_WITHIN_MS = 8_000

const told = z.object({ team_id: z.string(), team: z.string().optional() })

/** What it answers ends them all. */
export function keepConnections(options: ConnectionsOptions): () => void {
  const sockets = new Map<string, () => Promise<void>>()
  const asked = new Set<string>()
  const look = () => {
    for (const workspace of workspacesOf(options)) {
      const token = workspace.appToken?.reveal()
      if (token !== undefined && !sockets.has(token)) sockets.set(token, connect(workspace, options))
      const bot = workspace.botToken.reveal()
      if (asked.has(bot)) continue
      asked.add(bot)
      introduce(workspace, options).catch((error: unknown) => {
        asked.delete(bot)
        options.failed(error instanceof Error ? error : new Error(String(error)))
      })
    }
  }
  look()
  const timer = setInterval(look, LOOK_EVERY_MS)
  return () => {
    clearInterval(timer)
    for (const end of sockets.values()) void end()
  }
}

function workspacesOf({ registration, failed }: ConnectionsOptions): readonly Workspace[] {
  try {
    return registration.current()
  } catch (error) {
    failed(error instanceof Error ? error : new Error(String(error)))
    return []
  }
}

function connect({ appToken }: Workspace, options: ConnectionsOptions): () => Promise<void> {
  const { registration, take, log, failed } = options
  const { apiUrl } = registration
  if (!appToken) return async () => {}
  // By its token: what is known of the workspace may change.
  const app = () => registration.current().find((each) => each.appToken?.reveal() === appToken.reveal())
  return keepSocket({
    appToken,
    ...(apiUrl !== undefined && { apiUrl }),
    take: async (body) => {
      const now = app()
      return now ? await take(now, body) : { kind: 'stranger' }
    },
    told: (state) => {
      if (state.kind === 'connected') log.info('connected to Slack')
      else log.warn('no connection to Slack; trying again', { reason: state.why })
    },
    failed,
  })
}

/** Which workspace a token is for, as Slack has it. Rejects when Slack cannot be asked. */
async function introduce(workspace: Workspace, { registration, log }: ConnectionsOptions): Promise<void> {
  const { team_id, team = team_id } = await whoIs(lineTo(workspace, registration), AbortSignal.timeout(ASK_WITHIN_MS))
  if (workspace.team !== undefined && workspace.team !== team_id)
    log.error('a token of Slack is for another workspace than the settings say', { is: team_id, said: workspace.team })
  else if (workspace.team === undefined) registration.learn(workspace, team_id)
  log.info('a workspace of Slack', { team, id: team_id })
}

/** Rejects with the Web API's errors. */
export async function whoIs(line: Line, signal: AbortSignal): Promise<z.output<typeof told>> {
  return told.parse(await openCall(line, signal)('auth.test', {}))
}

export function lineTo({ botToken }: Workspace, { apiUrl }: Pick<SlackRegistration, 'apiUrl'>): Line {
  return { token: botToken.reveal(), ...(apiUrl !== undefined && { url: apiUrl }) }
}
