// Sends to a door over real HTTP what GitHub would send, and what it never would.

import { createHmac } from 'node:crypto'
import { type OutgoingHttpHeaders, request } from 'node:http'
import { WEBHOOKS_PATH } from '../../../../src/apps/github/door/webhooks-route.ts'

export const SECRET = 'the present secret of tests'

export type Sent = {
  body?: string | Buffer
  headers?: OutgoingHttpHeaders
  method?: string
  /** Replaces the true signature; `undefined` in it leaves it out. */
  signed?: { with: string } | { as: string } | 'not'
}

/** Resolves with the status, also when the body was not read to its end. */
export async function post(address: string, { body = '{}', headers = {}, method = 'POST', signed }: Sent) {
  const all: OutgoingHttpHeaders = {
    'content-type': 'application/json',
    'x-github-delivery': 'd1',
    'x-github-event': 'push',
    ...signatureOf(body, signed),
    ...headers,
  }
  return await answerTo(address, { method, headers: all }, (sent) => sent.end(body))
}

type Begun = { method?: string; headers: OutgoingHttpHeaders }

/** `write` sends the body, or not. */
export function answerTo(address: string, begun: Begun, write: (sent: ReturnType<typeof request>) => void) {
  const [host, port] = address.split(':')
  return new Promise<{ status: number; body: string; connection: string | undefined }>((resolve, reject) => {
    const sent = request({ host, port, path: WEBHOOKS_PATH, method: 'POST', agent: false, ...begun }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      const { statusCode: status = 0, headers } = response
      const done = () => resolve({ status, body: Buffer.concat(chunks).toString(), connection: headers.connection })
      response.once('end', done).once('error', done)
    })
    sent.on('error', reject)
    write(sent)
  })
}

function signatureOf(body: string | Buffer, signed: Sent['signed'] = { with: SECRET }): OutgoingHttpHeaders {
  if (signed === 'not') return {}
  return { 'x-hub-signature-256': 'as' in signed ? signed.as : sign(body, signed.with) }
}

export function sign(body: string | Buffer, secret: string, algorithm = 'sha256'): string {
  return `${algorithm}=${createHmac(algorithm, secret).update(body).digest('hex')}`
}
