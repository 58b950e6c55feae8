// The two questions of a supervisor over HTTP: does this process live, and can it be given work? It takes no body and knows
// no secret.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Listen } from '../../config/listen.ts'

/** Why this process can take no work now; `undefined` when it can. */
export type Unready = () => string | undefined

const SLOWEST_MS = 5_000
/** Connections of whoever keeps asking. */
const CONNECTIONS = 200

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
export async function serveHealth(listen: Listen, unready: Unready): Promise<{ address: string; server: Server }> {
  const server = createServer((request, response) => answer(request, response, unready))
  server.requestTimeout = SLOWEST_MS
  server.headersTimeout = SLOWEST_MS
  server.maxConnections = CONNECTIONS
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new CannotListen(listen, error)))
    server.listen(listen, resolve)
  })
  return { address: placeOf(server.address()), server }
}

function answer(request: IncomingMessage, response: ServerResponse, unready: Unready): void {
  const { method = '', url = '', headers } = request
  const path = url.split('?', 1)[0]
  const body = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  if (body) send(response.setHeader('connection', 'close'), 413, { error: 'no body is taken here' })
  else if (path !== '/healthz' && path !== '/readyz') send(response, 404, { error: 'not found' })
  else if (method !== 'GET' && method !== 'HEAD')
    send(response.setHeader('allow', 'GET, HEAD'), 405, { error: 'only GET and HEAD' })
  else {
    const reason = path === '/readyz' ? unready() : undefined
    if (reason === undefined) send(response, 200, { ok: true })
    else send(response, 503, { ok: false, reason })
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  const headers = {
    'content-type': 'application/json',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  }
  response.writeHead(status, headers).end(`${JSON.stringify(body)}\n`)
}

function placeOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') return address ?? ''
  return address.family === 'IPv6' ? `[${address.address}]:${address.port}` : `${address.address}:${address.port}`
}
