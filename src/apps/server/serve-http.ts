// The one HTTP server of a process: finds who answers a path and a method, and bounds how long anybody may talk. It reads no
// body and knows no door.

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Listen } from '../../config/listen.ts'
import { sendJson } from './respond.ts'
import { WideServer } from './wide-server.ts'

export type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** By path, then by method. `GET` answers HEAD too; only `POST` is asked with a body, and reads it itself. */
export type Routes = Readonly<Record<`/${string}`, Readonly<Partial<Record<'GET' | 'POST', Answer>>>>>

export type HttpOptions = {
  listen: Listen
  routes: Routes
  /** Answers every other path, whatever the method and the body. */
  fallback?: Answer
  /** An answer failed; who asked got a 500. */
  failed: (fault: Error) => void
  /** A request that has not arrived whole by then is answered 408. GitHub itself gives up after 10 s. */
  slowestMs?: number
  /** A connection on which nothing moves for this long is cut: whoever does not read what they asked for. */
  silentMs?: number
}

const SLOWEST_MS = 10_000
const SLOWEST_HEAD_MS = 5_000
/** Longer than any answer takes to begin; streams show more often that they live. */
const SILENT_MS = 120_000
/** Connections of whoever keeps asking. */
const CONNECTIONS = 500

/** The address cannot be listened on: it is taken, not this machine's, or needs more rights. */
export class CannotListen extends Error {
  constructor({ host, port }: Listen, cause: Error) {
    super(`Cannot listen on ${host}:${port}: ${cause.message}. Choose another with --listen or HOUSTON_LISTEN.`, {
      cause,
    })
    this.name = 'CannotListen'
  }
}

/** Resolves when it listens. Throws `CannotListen`. */
export async function serveHttp(options: HttpOptions): Promise<{ address: string; server: Server }> {
  const { listen, slowestMs = SLOWEST_MS, silentMs = SILENT_MS } = options
  const times = {
    requestTimeout: slowestMs,
    headersTimeout: Math.min(slowestMs, SLOWEST_HEAD_MS),
    connectionsCheckingInterval: Math.min(slowestMs, 1_000),
  }
  const server = new WideServer(times, CONNECTIONS)
  server.on('request', (request, response) => void answer(request, response, options))
  server.timeout = silentMs
  await server.open(listen).catch((error: Error) => {
    server.close()
    throw new CannotListen(listen, error)
  })
  return { address: placeOf(server.address()), server }
}

async function answer(request: IncomingMessage, response: ServerResponse, options: HttpOptions): Promise<void> {
  const { failed } = options
  try {
    const chosen = choose(request, options)
    if ('answer' in chosen) return await chosen.answer(request, response)
    // A body that nobody reads must not be taken for the next request.
    if (hasBody(request)) response.setHeader('connection', 'close')
    sendJson(response, chosen.status, { error: chosen.error }, chosen.headers)
  } catch (error) {
    failed(error instanceof Error ? error : new Error(String(error)))
    response.shouldKeepAlive = false
    sendJson(response, 500, { error: 'it failed here; the log says why' })
  }
}

type Chosen = { answer: Answer } | { status: number; error: string; headers?: Record<string, string> }

function choose(request: IncomingMessage, { routes, fallback }: HttpOptions): Chosen {
  const [path = ''] = (request.url ?? '').split('?', 1)
  const methods = path.startsWith('/') ? routes[`/${path.slice(1)}`] : undefined
  if (!methods && fallback) return { answer: fallback }
  if (!methods) return { status: 404, error: 'not found' }
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const chosen = method === 'GET' || method === 'POST' ? methods[method] : undefined
  if (!chosen) {
    const known = [...(methods.GET ? ['GET', 'HEAD'] : []), ...(methods.POST ? ['POST'] : [])]
    return { status: 405, error: `only ${known.join(' and ')}`, headers: { allow: known.join(', ') } }
  }
  if (method === 'GET' && hasBody(request)) return { status: 413, error: 'no body is taken here' }
  return { answer: chosen }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function placeOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') return address ?? ''
  return address.family === 'IPv6' ? `[${address.address}]:${address.port}` : `${address.address}:${address.port}`
}
