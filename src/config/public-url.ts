// Where others reach this server: the beginning of every link that it writes. Nothing is asked there.

import { ok, type Parsed, wrong } from './fault.ts'
import { show } from './printable.ts'

const WRITE = 'https://houston.acme.dev'

/** Answers the origin. Only http and https; no path, query, fragment or password: a proxy in front gives Houston a name of its own. */
export function parsePublicUrl(text: string): Parsed<string> {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol)) return wrong(`${show(text)} is not the URL of a web server`, WRITE)
  const plain = text.toLowerCase().replace(/\/$/, '')
  return plain === url.origin ? ok(url.origin) : wrong(`${show(text)} is more than a host and a port`, WRITE)
}
