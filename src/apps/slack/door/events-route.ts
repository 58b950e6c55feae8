// POST /slack/events: from bytes on a connection to an acknowledgement, for commands, events and everything that is pressed. Who
// sent it is known before anything is read.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createIntake, type Untaken } from '../../server/intake.ts'
import { sendJson } from '../../server/respond.ts'
import type { Routes } from '../../server/serve-http.ts'
import type { Workspace } from './credentials.ts'
import { type Seen, signerOf } from './signature.ts'
import { type Taken, take, type Ways } from './take.ts'
import { speaksFor } from './workspace-of.ts'

export const EVENTS_PATH = '/slack/events'

export type EventsOptions = Ways & {
  workspaces: () => readonly Workspace[]
  seen: Seen
  /** ms since 1970. */
  now: () => number
}

type Said = { status: number; body: object | undefined }

/** Slack's own payloads have at most some hundred KiB: a view with all that was filled in. */
const MOST_BYTES = 1024 * 1024
const MOST_HELD_BYTES = 16 * MOST_BYTES
/** Slack gives up after three seconds. */
const WITHIN_MS = 2_800

export function eventsRoutes(options: EventsOptions): Routes {
  const intake = createIntake({ mostBytes: MOST_BYTES, mostHeldBytes: MOST_HELD_BYTES })
  const post = async (request: IncomingMessage, response: ServerResponse) => {
    const said = options.workspaces().some(({ signingSecret }) => signingSecret)
      ? await intake(request, (body) => answer(request, body, options))
      : refuse(503, 'no signing secret of Slack is set up here')
    if (said === 'cut') return
    // What was not read must not be taken for the next request.
    if (!request.complete) response.setHeader('connection', 'close')
    const { status, body } = typeof said === 'string' ? UNTAKEN[said] : said
    // Slack shows the person what a command is acknowledged with.
    if (body) sendJson(response, status, body)
    else response.writeHead(status, { 'content-length': 0, 'cache-control': 'no-store' }).end()
  }
  return { [EVENTS_PATH]: { POST: post } }
}

const UNTAKEN: Readonly<Record<Exclude<Untaken, 'cut'>, Said>> = {
  'too-large': refuse(413, `at most ${MOST_BYTES} bytes are taken`),
  busy: refuse(503, 'too many large bodies at once'),
}

async function answer(request: IncomingMessage, body: Buffer, options: EventsOptions): Promise<Said> {
  const { workspaces, seen, now } = options
  const known = workspaces()
  const signed = signerOf(
    { headers: request.headers, body },
    known.map((each) => each.signingSecret),
    now(),
  )
  if (signed === 'unsigned') return refuse(401, 'the signature (x-slack-signature) is missing or not right')
  if (signed === 'late') return refuse(401, 'the signature is more than five minutes old, or from the future')
  if (!seen.take(signed.signature)) return again(request)
  const said = await believed(parseBody(request.headers['content-type'], body), known[signed.signer], options)
  if (said.status >= 500) seen.giveBack(signed.signature)
  return said
}

/** A retry within the same second is signed alike: what it repeats is stored. */
function again({ headers }: IncomingMessage): Said {
  if (headers['x-slack-retry-num'] !== undefined) return { status: 200, body: undefined }
  return refuse(401, 'this very request was here before')
}

async function believed(body: unknown, app: Workspace | undefined, options: EventsOptions): Promise<Said> {
  const challenge = challengeOf(body)
  if (challenge !== undefined) return { status: 200, body: { challenge } }
  const speaks = (team: string) => (app ? speaksFor(app, options.workspaces(), team) : 'no')
  try {
    const taken = await inTime(take({ body, speaks }, options))
    return taken.kind === 'acknowledged' ? { status: 200, body: taken.body } : REFUSED[taken.kind]
  } catch (error) {
    options.failed(error instanceof Error ? error : new Error(String(error)))
    return refuse(503, 'it could not be stored')
  }
}

const REFUSED: Readonly<Record<Exclude<Taken['kind'], 'acknowledged'>, Said>> = {
  malformed: refuse(400, 'the body is nothing that Slack sends'),
  stranger: refuse(403, 'the workspace is not connected here'),
  shut: refuse(503, 'it takes nothing now'),
  'too-large': refuse(413, 'the body is too large'),
}

function refuse(status: number, error: string): Said {
  return { status, body: { error } }
}

/** A store that hangs is away. What it stores after all is known when it comes again. */
async function inTime(taken: Promise<Taken>): Promise<Taken> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('a message of Slack was not stored in time')), WITHIN_MS)
  try {
    return await Promise.race([taken, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Events are JSON; a command is a form, and what was pressed is JSON in a form. `undefined`: neither. */
function parseBody(contentType: string | undefined, body: Buffer): unknown {
  const text = body.toString()
  try {
    if (/^application\/json\b/i.test(contentType ?? '')) return JSON.parse(text)
    if (!/^application\/x-www-form-urlencoded\b/i.test(contentType ?? '')) return undefined
    const fields = new URLSearchParams(text)
    const payload = fields.get('payload')
    return payload === null ? Object.fromEntries(fields) : JSON.parse(payload)
  } catch {
    return undefined
  }
}

/** Slack asks for it when the address is entered. */
function challengeOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('type' in body) || body.type !== 'url_verification')
    return undefined
  return 'challenge' in body && typeof body.challenge === 'string' ? body.challenge : undefined
}
