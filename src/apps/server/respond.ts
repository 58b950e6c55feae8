// How anything is answered over HTTP: short, never cached, never sniffed. It knows no paths.

import type { ServerResponse } from 'node:http'

export type Headers = Readonly<Record<string, string>>

export function sendJson(response: ServerResponse, status: number, body: object, headers: Headers = {}): void {
  send(response, status, `${JSON.stringify(body)}\n`, { 'content-type': 'application/json', ...headers })
}

/** Says nothing when nobody listens any more, or when an answer was begun. */
export function send(response: ServerResponse, status: number, body: string, headers: Headers): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', ...headers }).end(body)
}
