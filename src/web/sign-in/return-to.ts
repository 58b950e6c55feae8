// Where somebody goes on to after a sign-in: a place of this server, whatever was asked for.

const BASE = 'http://here.invalid'
const LONGEST = 1_000

/** A path with its query; `/` for everything else: other origins in any of their spellings, and what no browser would have sent. */
export function returnTo(asked: string | undefined): string {
  if (asked === undefined || asked.length > LONGEST || !asked.startsWith('/')) return '/'
  const url = URL.parse(asked, BASE)
  if (url?.origin !== BASE) return '/'
  const path = `${url.pathname}${url.search}`
  // `/.//evil.dev` has become `//evil.dev` by now, which is another origin.
  return path.startsWith('//') ? '/' : path
}
