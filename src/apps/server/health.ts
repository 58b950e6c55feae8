// The two questions of a supervisor over HTTP: does this process live, and can it be given work? It takes no body and knows
// no secret.

import type { ServerResponse } from 'node:http'
import { sendJson } from './respond.ts'
import type { Routes } from './serve-http.ts'

/** Why this process can take no work now; `undefined` when it can. */
export type Unready = () => string | undefined

export function healthRoutes(unready: Unready): Routes {
  return {
    '/healthz': { GET: (_, response) => tell(response, undefined) },
    '/readyz': { GET: (_, response) => tell(response, unready()) },
  }
}

function tell(response: ServerResponse, reason: string | undefined): void {
  if (reason === undefined) sendJson(response, 200, { ok: true })
  else sendJson(response, 503, { ok: false, reason })
}
