// Signatures of what Slack sends over HTTP (v0), made as its documentation says. It checks none.

import { createHmac } from 'node:crypto'

/** The headers of a request with this body. */
export function signed(body: string, secret: string, atS = Math.floor(Date.now() / 1_000)): Record<string, string> {
  const digest = createHmac('sha256', secret).update(`v0:${atS}:${body}`).digest('hex')
  return { 'x-slack-request-timestamp': String(atS), 'x-slack-signature': `v0=${digest}` }
}
