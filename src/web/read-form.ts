// Reads a form of our pages. Hono's own limit makes a new request of what came in chunks, which its server's requests do not stand: no
// button would work behind a proxy that passes bodies on as they come.

import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { readBytes, type Unread } from './read-bytes.ts'

const MOST_BYTES = 16 * 1024

const SAID: Readonly<Record<Unread['kind'], [status: 408 | 413, text: string]>> = {
  'too-large': [413, 'No form here is so large.\n'],
  cut: [408, 'The form did not arrive whole.\n'],
}

/** Texts by their names; nothing of what is no form. Throws `HTTPException` for what is too large or broke off. */
export async function readForm({ req }: Context): Promise<Readonly<Record<string, string>>> {
  const bytes = await readBytes(req.raw, MOST_BYTES)
  if (!Buffer.isBuffer(bytes)) throw refusedForm(bytes)
  const [type = ''] = (req.header('content-type') ?? '').split(';')
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded') return {}
  return Object.fromEntries(new URLSearchParams(bytes.toString()))
}

function refusedForm({ kind }: Unread): HTTPException {
  const [status, text] = SAID[kind]
  return new HTTPException(status, { res: new Response(text, { status }) })
}
