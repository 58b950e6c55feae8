// The HTTPS side of the stand-in: who calls, which route, pages, limits, troubles, and a log of every request. What a route
// does is the routes' matter.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import { requestFaults } from '../github-routes/check-request.ts'
import type { Call, Reply, Route } from './call.ts'
import { Refused } from './call.ts'
import type { Certificate } from './certificate.ts'
import type { Tokens } from './token.ts'
import type { Trouble, Troubles } from './trouble.ts'

export type Logged = { at: number; method: string; path: string; status: number | 'cut'; trouble?: Trouble['kind'] }

export type ServeOptions = {
  certificate: Certificate
  routes: Readonly<Record<string, Route>>
  tokens: Tokens
  troubles: Troubles
  log: Logged[]
  /** After each request. */
  heard: () => void
  /** What GitHub's description of its API does not allow. */
  faults: string[]
  context: Pick<Call, 'world' | 'emit'>
  /** Outside the API: files that it redirects to, and pages. */
  file: (path: string, sent: string) => Buffer | undefined
}

const PREFIX = '/api/v3'

type Answer = { status: number; headers: Record<string, string>; body: string | Buffer }

export async function serve(options: ServeOptions): Promise<Server> {
  const matchers = Object.entries(options.routes).map(([name, route]) => ({ route, matches: matcher(name) }))
  const server = createServer(options.certificate, (request, response) => {
    void receive(request).then((body) => handle({ ...options, matchers }, { request, response, body }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

type Matcher = (method: string, path: string) => Record<string, string> | undefined
type Desk = ServeOptions & { matchers: readonly { route: Route; matches: Matcher }[] }
type Exchange = { request: IncomingMessage; response: ServerResponse; body: string }

async function receive(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

async function handle(desk: Desk, { request, response, body }: Exchange): Promise<void> {
  const { method = 'GET', url = '/', headers } = request
  const file = url.startsWith(PREFIX) ? undefined : desk.file(url, body)
  if (file) return void response.writeHead(200, { 'content-type': 'application/gzip' }).end(file)
  const path = url.replace(PREFIX, '')
  const parsed: unknown = body === '' ? undefined : JSON.parse(body)
  desk.faults.push(...requestFaults({ method, path, body: parsed }))
  const trouble = desk.troubles.next({ method, path })
  const done = () =>
    carryOut(desk, { method, path, body: parsed, authorization: headers.authorization, host: headers.host })
  const answer = await suffer(trouble, done)
  const status = answer?.status ?? 'cut'
  desk.log.push({ at: performance.now(), method, path, status, ...(trouble && { trouble: trouble.kind }) })
  desk.heard()
  if (!answer) return void request.socket.destroy()
  response
    .writeHead(answer.status, { 'x-github-request-id': String(desk.log.length), ...answer.headers })
    .end(answer.body)
}

/** `undefined`: the connection is cut. */
async function suffer(trouble: Trouble | undefined, done: () => Answer): Promise<Answer | undefined> {
  switch (trouble?.kind) {
    case undefined:
      return done()
    case 'secondary-limit': {
      const { retryAfterS } = trouble
      const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'
      return say(403, { message }, retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) })
    }
    case 'primary-limit': {
      const reset = String(Math.ceil(Date.now() / 1_000) + trouble.resetS)
      const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }
      return say(403, { message: 'API rate limit exceeded for installation.' }, headers)
    }
    case 'error':
      if (trouble.when === 'after') done()
      return say(trouble.status, { message: 'Server Error' })
    case 'cut':
      if (trouble.when === 'after') done()
      return undefined
    case 'slow':
      await new Promise((resolve) => setTimeout(resolve, trouble.ms))
      return done()
    default:
      return trouble satisfies never
  }
}

type Asked = {
  method: string
  path: string
  body: unknown
  authorization: string | undefined
  host: string | undefined
}

function carryOut(desk: Desk, { method, path, body, authorization, host }: Asked): Answer {
  const [pathname = '', search = ''] = path.split('?')
  const caller = desk.tokens.callerOf(authorization)
  if (!caller) return say(401, { message: 'Bad credentials' })
  const found = find(desk, method, pathname)
  if (!found) return say(404, { message: `The stand-in has no ${method} ${pathname}` })
  const base = `https://${host}${PREFIX}`
  const query = new URLSearchParams(search)
  try {
    return render(found.route({ ...desk.context, caller, params: found.params, query, body, base }), {
      base,
      path: pathname,
      query,
    })
  } catch (error) {
    if (error instanceof Refused) return say(error.status, { message: error.message })
    return say(422, { message: error instanceof Error ? error.message : 'Validation Failed' })
  }
}

function find(desk: Desk, method: string, path: string): { route: Route; params: Record<string, string> } | undefined {
  for (const { route, matches } of desk.matchers) {
    const params = matches(method, path)
    if (params) return { route, params }
  }
  return undefined
}

function matcher(name: string): Matcher {
  const [verb = '', path = ''] = name.split(' ')
  const keys = [...path.matchAll(/\{(\w+)\}/g)].map(([, key = '']) => key)
  const pattern = new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '([^/]+)')}$`)
  return (method, at) => {
    const values = method === verb ? pattern.exec(at)?.slice(1) : undefined
    return values && Object.fromEntries(keys.map((key, index) => [key, decodeURIComponent(values[index] ?? '')]))
  }
}

/** Lists in pages, with the `Link` header that a client follows. */
function render(reply: Reply, { base, path, query }: { base: string; path: string; query: URLSearchParams }): Answer {
  if ('location' in reply) return say(302, {}, { location: reply.location })
  if (!('list' in reply)) return say(reply.status, reply.body ?? {})
  const size = Number(query.get('per_page') ?? 30)
  // Deliveries are the one list with a cursor.
  const pager = path === '/app/hook/deliveries' ? 'cursor' : 'page'
  const page = Number(query.get(pager) ?? 1)
  const shown = reply.list.slice((page - 1) * size, page * size)
  const { envelope } = reply
  const body = envelope === undefined ? shown : { total_count: reply.list.length, [envelope]: shown }
  if (page * size >= reply.list.length) return say(200, body)
  const next = new URLSearchParams(query)
  next.set(pager, String(page + 1))
  return say(200, body, { link: `<${base}${path}?${next}>; rel="next"` })
}

function say(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  }
}
