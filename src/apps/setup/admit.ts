// Who is let into a set-up: whoever has read the link in the log, in the browser that opened it, and nobody once it is done.

import type { IncomingMessage } from 'node:http'
import type { Headers } from '../server/respond.ts'
import type { SetupGate } from './gate.ts'
import { troublePage } from './page.ts'

export type Page = { status: number; body: string; headers?: Headers }

export type Entrance = {
  gate: SetupGate
  /** Of the set-up. */
  path: `/${string}`
  cookie: string
  /** Where this server is reached. */
  url: string
  /** Nobody new comes in any more. */
  done: () => boolean
}

const CLOSED: Page = {
  status: 403,
  body: troublePage('This page needs the link that houston serve wrote to its log.', 'A new start writes a new one.'),
}

/** The page that somebody sees who asks for this one. */
export async function admit(
  request: IncomingMessage,
  entrance: Entrance,
  visit: (query: URLSearchParams) => Page | Promise<Page>,
): Promise<Page> {
  const query = new URL(request.url ?? '', 'http://here').searchParams
  const token = query.get('token')
  if (token !== null) return enter(token, entrance)
  return entrance.gate.admits(cookieOf(request, entrance.cookie)) ? await visit(query) : CLOSED
}

/** The token leaves the address, so that it is in no history and no log of a proxy twice. */
function enter(token: string, { gate, path, cookie, url, done }: Entrance): Page {
  const session = done() ? undefined : gate.enter(token)
  if (session === undefined) return CLOSED
  const secure = url.startsWith('https:') ? '; Secure' : ''
  const kept = `${cookie}=${session}; Path=${path}; HttpOnly; SameSite=Lax${secure}`
  return { status: 303, body: '', headers: { 'set-cookie': kept, location: path } }
}

function cookieOf({ headers }: IncomingMessage, name: string): string | undefined {
  const cookies = (headers.cookie ?? '').split(/;\s*/)
  return cookies.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1)
}
