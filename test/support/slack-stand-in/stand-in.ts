// A stateful stand-in of Slack on loopback: the Web API, response URLs, real signatures towards a door, Socket Mode, and faults
// on demand. Tests look at its towns for what people would see.

import { type Carry, People } from './people.ts'
import { type Logged, serve } from './serve.ts'
import { signed } from './sign.ts'
import { type EnvelopeType, SocketMode } from './socket-mode.ts'
import { type Body, makeTown, type Town, type TownOptions } from './town.ts'
import { Troubles } from './trouble.ts'

export type SlackStandIn = {
  apiUrl: string
  origin: string
  /** Of the first workspace, as `houston serve` reads them. Without SLACK_APP_TOKEN it takes HTTP only. */
  variables: Readonly<Record<'SLACK_API_URL' | 'SLACK_BOT_TOKEN' | 'SLACK_SIGNING_SECRET' | 'SLACK_APP_TOKEN', string>>
  /** The first workspace. */
  town: Town
  /** What the people of a workspace do, the first one's when none is named; sent by the app of another where one is named. */
  people(town?: Town, app?: Town): People
  /** From now on over HTTP, to this address; before, and with `undefined`, over Socket Mode. */
  deliverTo(url: string | undefined): void
  /** Every acknowledgement: its status over HTTP, and how long it took. */
  acks: { status: number; tookMs: number }[]
  socketMode: SocketMode
  troubles: Troubles
  /** Calls of the Web API and of response URLs, in their order. */
  log: Logged[]
  addTown(options: TownOptions): Town
  close(): Promise<void>
}

const APP_TOKEN = 'xapp-1-A0HOUSTON-stand-in'

export async function startSlackStandIn(options: TownOptions = {}): Promise<SlackStandIn> {
  const town = makeTown(options)
  const towns = [town]
  const [troubles, socketMode] = [new Troubles(), new SocketMode()]
  const log: Logged[] = []
  const { origin, server } = await serve({ towns, appToken: APP_TOKEN, troubles, socketMode, log })
  const acks: SlackStandIn['acks'] = []
  let door: string | undefined
  const carryBy =
    ({ signingSecret }: Town): Carry =>
    async (type, payload, retry) => {
      const started = performance.now()
      const note = (status: number) => void acks.push({ status, tookMs: performance.now() - started })
      if (door === undefined) {
        const answered = await socketMode.send(type, payload, retry === undefined ? {} : { retry_attempt: retry })
        note(200)
        return answered
      }
      const { status, text } = await post(door, { ...bodyOf(type, payload), signingSecret }, retry)
      note(status)
      if (status !== 200) throw new Error(`The door answered ${status}: ${text}`)
      return text === '' ? undefined : JSON.parse(text)
    }
  return {
    ...{ apiUrl: `${origin}/api/`, origin, town, acks, socketMode, troubles, log },
    variables: {
      SLACK_API_URL: `${origin}/api/`,
      SLACK_BOT_TOKEN: town.botToken,
      SLACK_SIGNING_SECRET: town.signingSecret,
      SLACK_APP_TOKEN: APP_TOKEN,
    },
    people: (of = town, app = of) => new People(of, carryBy(app), () => origin),
    deliverTo(url) {
      door = url
    },
    addTown(more) {
      const added = makeTown(more)
      towns.push(added)
      return added
    },
    async close() {
      socketMode.cut()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Events are JSON; everything else is a form, and what was pressed is JSON inside it. */
function bodyOf(type: EnvelopeType, payload: Body): { type: string; body: string } {
  if (type === 'events_api') return { type: 'application/json', body: JSON.stringify(payload) }
  const fields = type === 'interactive' ? { payload: JSON.stringify(payload) } : payload
  const form = new URLSearchParams(
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)])),
  )
  return { type: 'application/x-www-form-urlencoded', body: form.toString() }
}

type Sent = { type: string; body: string; signingSecret: string }

async function post(url: string, { type, body, signingSecret }: Sent, retry: number | undefined) {
  const again =
    retry === undefined ? {} : { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': 'http_timeout' }
  const headers = { 'content-type': type, ...signed(body, signingSecret), ...again }
  const response = await fetch(url, { method: 'POST', headers, body })
  return { status: response.status, text: await response.text() }
}
