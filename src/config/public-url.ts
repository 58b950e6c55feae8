// Where others reach this server: the beginning of every link that it writes. Nothing is asked there.

import { ok, type Parsed, wrong } from './fault.ts'
import { show } from './printable.ts'

const WRITE = 'https://houston.acme.dev'

/** Answers it without a slash at its end. Only http and https; no query, no fragment, no password. */
export function parsePublicUrl(text: string): Parsed<string> {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol)) return wrong(`${show(text)} is not the URL of a web server`, WRITE)
  if (url.username || url.password || url.search || url.hash || /[?#]/.test(text))
    return wrong(`${show(text)} has more than a host, a port and a path`, WRITE)
  return ok(`${url.origin}${url.pathname.replace(/\/+$/, '')}`)
}
