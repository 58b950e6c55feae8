// GET /metrics, and who may read it: whoever has the token, or without one only programs of this machine. The text names
// applications and environments, so it is not for everybody.

import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Secret } from '../../../core/secret.ts'
import { send, sendJson } from '../respond.ts'
import type { Routes } from '../serve-http.ts'

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/
/** A page that was rebound to loopback keeps its own name here. */
const LOCAL_NAME = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/
/** Said by proxies: behind one everybody comes from this machine. nginx may say nothing, but then it speaks HTTP/1.0. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']

/** What Prometheus reads. */
export type Render = () => Promise<{ type: string; text: string }>

export function metricsRoutes(render: Render, token: Secret | undefined): Routes {
  return {
    '/metrics': {
      async GET(request, response) {
        if (!mayRead(request, token)) return refuse(response, token)
        const { type, text } = await render()
        send(response, 200, text, { 'content-type': type })
      },
    },
  }
}

function mayRead({ headers, socket, httpVersion }: IncomingMessage, token: Secret | undefined): boolean {
  if (token) return isToken(/^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '', token)
  return (
    httpVersion !== '1.0' &&
    LOOPBACK.test(socket.remoteAddress ?? '') &&
    LOCAL_NAME.test(headers.host ?? '') &&
    FORWARDED.every((name) => headers[name] === undefined)
  )
}

/** By digest, so that the time it takes tells nothing of the token, not even its length. */
function isToken(text: string, token: Secret): boolean {
  return timingSafeEqual(digest(text), digest(token.reveal()))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function refuse(response: ServerResponse, token: Secret | undefined): void {
  const challenge = { 'www-authenticate': 'Bearer' }
  if (token) sendJson(response, 401, { error: 'the token is missing or wrong' }, challenge)
  else sendJson(response, 403, { error: 'only from this machine: HOUSTON_METRICS_TOKEN lets others read it' })
}
