// Slack as a door of the server: what comes in over Socket Mode or HTTP, and what goes out as messages. Wiring only.

import { webUrlOf } from '../../../adapters/github/web-url.ts'
import { createChat } from '../../../adapters/slack/chat.ts'
import type { Listen } from '../../../config/listen.ts'
import type { Settings } from '../../../config/settings.ts'
import type { Surface } from '../../../engine/ports-outside.ts'
import { offerLink } from '../../../web/sign-in/offer-link.ts'
import type { Carrier } from '../../desk/carry-act.ts'
import type { Ground } from '../../desk/open-ground.ts'
import type { Registration } from '../../github/door/registration.ts'
import type { Door, DoorGround, Receive } from '../../server/door.ts'
import type { Log } from '../../server/log.ts'
import { openSetupGate } from '../../setup/gate.ts'
import { type Feed, slackApp } from '../../slack-app.ts'
import { createSlackHandlers } from '../create-handlers.ts'
import type { SlackHandlers } from '../handlers.ts'
import { memberOf } from '../member.ts'
import { createSlackSurface } from '../surface.ts'
import { answerAtOnce } from './answer-at-once.ts'
import { keepConnections, lineTo } from './connections.ts'
import { eventsRoutes } from './events-route.ts'
import { handleMessage } from './handle-message.ts'
import type { SlackRegistration } from './registration.ts'
import { SETUP_PATH } from './setup-page.ts'
import { setupRoutes } from './setup-routes.ts'
import { rememberSignatures } from './signature.ts'
import { SLACK, take, type Ways } from './take.ts'
import { speaksFor, workspaceOf } from './workspace-of.ts'

export type SlackDoorOptions = {
  registration: SlackRegistration
  deskOf: Ground['deskOf']
  settings: Settings
  listen: Listen
  /** Where repositories are, and whether people can sign in. */
  github: Pick<Registration, 'apiUrl' | 'current'>
  log: Log
  /** Of things that nobody awaits. */
  failed: (fault: Error) => void
  now: () => number
}

const OFFER = 'there is no Slack app yet; whoever opens this link can connect one'

/** What there is as soon as the store is open. */
type Opened = { handlers: SlackHandlers; feed: Feed }

export function openSlackDoor(options: SlackDoorOptions): Door {
  const { registration, settings, log, failed, now } = options
  let opened: Opened | undefined
  let receiving: () => Receive | undefined = () => undefined
  const here = hereOf(options)
  const setup = registration.current().length === 0 ? { url: here, gate: openSetupGate() } : undefined
  const lineOf = (team: string) => {
    const workspace = workspaceOf(registration.current(), team)
    return workspace && lineTo(workspace, registration)
  }
  const ways: Ways = {
    receive: () => receiving(),
    handlers: () => opened?.handlers,
    atOnce: async (body, arrival) =>
      await answerAtOnce({ feed: opened?.feed, line: lineOf(arrival.team), failed }, body, arrival),
    failed,
  }
  return {
    routes(receive) {
      receiving = receive
      const seen = rememberSignatures(() => performance.now())
      return {
        ...eventsRoutes({ ...ways, workspaces: registration.current, seen, now }),
        ...(setup && setupRoutes({ ...setup, registration, settings, failed })),
      }
    },
    works: (ground) => ({
      handlers: (engine) => {
        opened = open(options, ground, { engine, store: ground.store })
        return { [SLACK]: handleMessage(opened.feed, lineOf) }
      },
      surfaces: [surfaceOf(options, ground, lineOf)],
    }),
    opened() {
      if (setup) log.info(OFFER, { link: `${setup.url}${SETUP_PATH}?token=${setup.gate.token}` })
      const speaks = (app: Parameters<typeof speaksFor>[0]) => (team: string) =>
        speaksFor(app, registration.current(), team)
      return keepConnections({
        registration,
        log,
        failed,
        take: (app, body) => take({ body, speaks: speaks(app) }, ways),
      })
    },
  }
}

/** Where whoever sets it up reaches this server; Socket Mode needs no address that others reach. */
function hereOf({ settings: { url }, listen: { host, port } }: SlackDoorOptions): string {
  return url ?? `http://${ANYWHERE.has(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${port}`
}

const ANYWHERE = new Set(['0.0.0.0', '::', ''])

function open({ deskOf, settings, github, now }: SlackDoorOptions, { identity }: DoorGround, carrier: Carrier): Opened {
  const { url, slack } = settings
  const handlers = createSlackHandlers({
    ...{ desk: deskOf(carrier), store: carrier.store, settings: slack, identity, now },
    offerLink: async (account) => {
      const signsIn = url !== undefined && github.current()?.oauth !== undefined
      return signsIn ? await offerLink(identity, { slack: account, url }) : undefined
    },
  })
  return { handlers, feed: slackApp(handlers) }
}

type LineOf = Parameters<typeof createChat>[0]['lineOf']

function surfaceOf(options: SlackDoorOptions, { identity }: DoorGround, lineOf: LineOf): Surface {
  const { registration, settings, github } = options
  const { url, slack } = settings
  // Thrown, the projection is tried again: as long as Slack has not said whose the token is, nothing may count as told.
  const teams = () =>
    registration.current().map(({ team }) => {
      if (team === undefined) throw new Error('Slack has not said yet which workspace its token is for')
      return team
    })
  const directory = { identity, people: slack.people, teams }
  return createSlackSurface({
    chat: createChat({ lineOf, memberOf: async (person) => await memberOf(directory, person) }),
    channels: slack.channels,
    teams,
    forge: webUrlOf(github.apiUrl),
    pageOf: (rollout) => (url === undefined ? undefined : `${url}/rollouts/${encodeURIComponent(rollout)}`),
  })
}
