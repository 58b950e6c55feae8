// Counts requests of the one HTTP server, by the part of the house that they ask. A path itself is never a label: whoever asks
// chooses it.

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']
const PARTS = [
  ...['api', 'github', 'slack', 'healthz', 'readyz', 'metrics', 'assets'],
  ...['sign-in', 'sign-out', 'link', 'environments', 'rollouts', 'where', 'locks', 'audit', 'tokens'],
]

/** Counts what the server answers from now on. */
export function measureHttp(server: Server, register: Registry): void {
  const registers = [register]
  const durations = new Histogram({
    name: 'houston_http_request_duration_seconds',
    help: 'Requests from their head to the end of the answer, but for streams.',
    labelNames: ['method', 'part', 'status'],
    buckets: SECONDS,
    registers,
  })
  const streams = new Counter({
    name: 'houston_http_streams_total',
    help: 'Event streams that have ended.',
    labelNames: ['part'],
    registers,
  })
  const open = new Gauge({
    name: 'houston_http_requests_open',
    help: 'Requests and streams that are being answered.',
    registers,
  })
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const since = performance.now()
    open.inc()
    response.once('close', () => {
      open.dec()
      const part = partOf(request.url)
      if (isStream(response)) return streams.inc({ part })
      const method = METHODS.find((each) => each === request.method) ?? 'other'
      durations.observe({ method, part, status: statusOf(response) }, (performance.now() - since) / 1_000)
    })
  })
}

function partOf(url = ''): string {
  const [path = ''] = url.split('?', 1)
  const first = path.split('/', 2)[1] ?? ''
  return first === '' ? 'home' : (PARTS.find((part) => part === first) ?? 'other')
}

function isStream(response: ServerResponse): boolean {
  return String(response.getHeader('content-type') ?? '').startsWith('text/event-stream')
}

/** `cut`: whoever asked left before there was an answer. */
function statusOf(response: ServerResponse): string {
  return response.headersSent ? `${Math.floor(response.statusCode / 100)}xx` : 'cut'
}
