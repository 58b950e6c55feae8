// What becomes of a payload of Slack's whose sender is known: into the inbox and then acknowledged; or, what must be answered within
// three seconds and only looks, answered at once. It knows no transport.

import { z } from 'zod'
import type { Receive } from '../../server/door.ts'
import type { SlackHandlers } from '../handlers.ts'
import {
  type ActionArrival,
  type Arrival,
  type CommandArrival,
  toAction,
  toCommand,
  toEvent,
  toOptions,
  toSubmission,
} from './arrivals.ts'
import type { Speaks } from './workspace-of.ts'

/** The source of Slack's messages in the inbox. */
export const SLACK = 'slack'

/** `shut`: nothing may be taken now. `stranger`: of a workspace that the sender may not speak for. */
export type Taken = { kind: 'acknowledged'; body?: object } | { kind: 'malformed' | 'stranger' | 'shut' | 'too-large' }

export type Ways = {
  /** `undefined` while nothing may be taken. */
  receive: () => Receive | undefined
  /** `undefined` before the store is open. */
  handlers: () => SlackHandlers | undefined
  /** Gives it to its handler at once; answers what goes back. */
  atOnce: (body: Body, arrival: Arrival) => Promise<object | undefined>
  /** Of what nobody awaits. */
  failed: (fault: Error) => void
}

/** `speaks`: whether the sender may speak for a workspace. */
export type Sent = { body: unknown; speaks: (team: string) => Speaks }

export type Body = Readonly<Record<string, unknown>>

type Read = { body: Body; arrival: Arrival; topic: string; key: string }

const bodyShape = z.record(z.string(), z.unknown())
/** What Slack gave apps to prove itself with before there were signatures: not to be kept. */
const keep = ({ token: _, ...body }: Body): Body => body

/** Rejects when the message could not be stored: then it must not be acknowledged. */
export async function take({ body, speaks }: Sent, ways: Ways): Promise<Taken> {
  const read = readArrival(body)
  if (read === 'malformed') return { kind: 'malformed' }
  if (read === 'nothing') return { kind: 'acknowledged' }
  const spoken = speaks(read.arrival.team)
  if (spoken === 'no') return { kind: 'stranger' }
  const handlers = ways.handlers()
  if (!handlers || spoken === 'not-yet') return { kind: 'shut' }
  const { arrival } = read
  if (arrival.kind === 'options') return { kind: 'acknowledged', body: (await ways.atOnce(read.body, arrival)) ?? {} }
  if (opensModal(arrival) && handlers.opens(arrival)) {
    ways.atOnce(read.body, arrival).catch((error: unknown) => ways.failed(asError(error)))
    return { kind: 'acknowledged' }
  }
  const answer = arrival.kind === 'submission' ? handlers.check(arrival) : undefined
  if (answer?.response_action === 'errors') return { kind: 'acknowledged', body: answer }
  return await store(read, ways, answer)
}

async function store({ key, topic, body }: Read, { receive }: Ways, answer: object | undefined): Promise<Taken> {
  const into = receive()
  if (!into) return { kind: 'shut' }
  const received = await into({ source: SLACK, key, topic, body: JSON.stringify(body) })
  if (received.kind === 'refused') return { kind: received.why === 'too-large' ? 'too-large' : 'malformed' }
  return { kind: 'acknowledged', ...(answer && { body: answer }) }
}

/** `nothing`: it is Slack's, and there is nothing to do about it. */
export function readArrival(given: unknown): Read | 'malformed' | 'nothing' {
  const parsed = bodyShape.safeParse(given)
  if (!parsed.success) return 'malformed'
  const body = keep(parsed.data)
  try {
    return pick(body) ?? 'nothing'
  } catch (error) {
    if (error instanceof z.ZodError) return 'malformed'
    throw error
  }
}

function pick(body: Body): Read | undefined {
  const read = (arrival: Arrival | undefined, key: unknown): Read | undefined =>
    arrival && { body, arrival, topic: arrival.kind, key: `${arrival.kind}/${String(key)}` }
  if (typeof body.command === 'string') return read(toCommand(body), body.trigger_id)
  switch (body.type) {
    case 'event_callback':
      return HEARD.has(eventType.parse(body).event.type) ? read(toEvent(body), body.event_id) : undefined
    case 'block_actions':
      return read(toAction(body), body.trigger_id)
    case 'view_submission':
      return read(toSubmission(body), body.trigger_id)
    case 'block_suggestion':
      return read(toOptions(body), '')
    default:
      return undefined
  }
}

const HEARD = new Set(['app_mention', 'app_home_opened'])
const eventType = z.object({ event_id: z.string(), event: z.object({ type: z.string() }) })

function opensModal(arrival: Arrival): arrival is CommandArrival | ActionArrival {
  return arrival.kind === 'command' || arrival.kind === 'action'
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
