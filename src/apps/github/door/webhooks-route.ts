// POST /api/github/webhooks: from bytes on a connection to an answer. It acknowledges only what is stored, and refuses what it
// cannot take before it reads it.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Secret } from '../../../core/secret.ts'
import { MAX_BODY_BYTES } from '../../../engine/ports-inbox.ts'
import type { Receive } from '../../server/door.ts'
import { createIntake, type Untaken } from '../../server/intake.ts'
import { sendJson } from '../../server/respond.ts'
import type { Routes } from '../../server/serve-http.ts'
import { acceptDelivery } from './accept-delivery.ts'

export const WEBHOOKS_PATH = '/api/github/webhooks'

export type WebhooksOptions = {
  /** `undefined`: there is no App yet. */
  secrets: () => readonly [Secret, ...Secret[]] | undefined
  /** `undefined`: nothing may be taken now, this process starts or drains. */
  receive: () => Receive | undefined
  failed: (fault: Error) => void
  mostHeldBytes?: number
  storeWithinMs?: number
}

type Said = { status: number; words: string }

/** What all bodies together may hold: one of the largest, and many of the usual 20 KiB. In use, a body costs several times its size. */
const MOST_HELD_BYTES = 32 * 1024 * 1024
/** GitHub gives up after 10 s. */
const STORE_WITHIN_MS = 8_000

export function webhooksRoutes(options: WebhooksOptions): Routes {
  const { mostHeldBytes = MOST_HELD_BYTES } = options
  const intake = createIntake({ mostBytes: MAX_BODY_BYTES, mostHeldBytes })
  const post = async (request: IncomingMessage, response: ServerResponse) => {
    const said = await decide(request)
    if (said === 'cut') return
    // What was not read must not be taken for the next request.
    if (!request.complete) response.setHeader('connection', 'close')
    const { status, words } = typeof said === 'string' ? UNTAKEN[said] : said
    sendJson(response, status, status === 202 ? { accepted: words } : { error: words })
  }
  const decide = async (request: IncomingMessage): Promise<Said | Untaken> => {
    if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
      return { status: 415, words: 'the content type must be application/json' }
    const [secrets, receive] = [options.secrets(), options.receive()]
    if (!secrets) return { status: 503, words: 'no GitHub App is set up here' }
    if (!receive) return { status: 503, words: 'it takes nothing now' }
    const stored = storing(receive, options)
    return await intake(request, (body) =>
      accept({ headers: request.headers, body, secrets, receive: stored }, options),
    )
  }
  return { [WEBHOOKS_PATH]: { POST: post } }
}

const UNTAKEN: Readonly<Record<Exclude<Untaken, 'cut'>, Said>> = {
  'too-large': { status: 413, words: `at most ${MAX_BODY_BYTES} bytes are taken` },
  busy: { status: 503, words: 'too many large bodies at once' },
}

async function accept(delivery: Parameters<typeof acceptDelivery>[0], { failed }: WebhooksOptions): Promise<Said> {
  try {
    return await acceptDelivery(delivery)
  } catch (error) {
    failed(error instanceof Error ? error : new Error(String(error)))
    return { status: 503, words: 'it could not be stored' }
  }
}

/** A store that hangs is away. What it stores after all is known when it is delivered again. */
function storing(receive: Receive, { storeWithinMs = STORE_WITHIN_MS }: WebhooksOptions): Receive {
  return async (message) => {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => late.reject(new Error('the store did not take a delivery in time')), storeWithinMs)
    try {
      return await Promise.race([receive(message), late.promise])
    } finally {
      clearTimeout(timer)
    }
  }
}
