// Finds what a source file imports. A scanner, not a parser: it knows comments, strings and templates, which is enough for
// code that is formatted by a tool.

/** `target` as written; undefined for an import whose target is computed, which nobody can check. */
export type Import = { target: string | undefined; typeOnly: boolean }

const STATIC = /(?:^|[;\n])\s*(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]+\s+from\s*)?(['"])([^'"\n]+)\2/g
const DYNAMIC = /\bimport\s*\(\s*(?:(['"])([^'"\n]+)\1)?/g
const TYPE_QUERY = /(?:\btypeof\s+|[:<|&=(]\s*)$/
const REQUIRE = /\brequire\s*\(\s*(?:(['"])([^'"\n]+)\1)?/g
/** A worker or a child process that runs a file of the house is an arrow to it too. */
const BY_URL = /\bnew\s+URL\(\s*(['"])([^'"\n]+\.[cm]?[jt]s)\1\s*,\s*import\.meta\.url/g

export function importsOf(source: string): Import[] {
  const code = withoutComments(source)
  const found: Import[] = []
  for (const match of code.matchAll(STATIC)) found.push({ target: match[3], typeOnly: match[1] !== undefined })
  for (const match of code.matchAll(DYNAMIC)) {
    const before = code.slice(0, match.index)
    const member = code.slice(match.index).match(/^import\s*\([^)]*\)\s*\.\s*[A-Z]/) !== null
    found.push({ target: match[2], typeOnly: member && TYPE_QUERY.test(before) })
  }
  for (const pattern of [REQUIRE, BY_URL])
    for (const match of code.matchAll(pattern)) found.push({ target: match[2], typeOnly: false })
  return found
}

const QUOTES = new Set(["'", '"', '`'])

/** Comments blanked out, strings and line breaks kept. */
export function withoutComments(source: string): string {
  let out = ''
  for (let at = 0; at < source.length; ) {
    const end = endOfToken(source, at)
    const token = source.slice(at, end)
    out += token.startsWith('//') || token.startsWith('/*') ? token.replace(/[^\n]/g, ' ') : token
    at = end
  }
  return out
}

function endOfToken(source: string, at: number): number {
  const two = source.slice(at, at + 2)
  if (two === '//') return orEnd(source, source.indexOf('\n', at))
  if (two === '/*') return orEnd(source, source.indexOf('*/', at + 2), 2)
  const quote = source[at] ?? ''
  if (QUOTES.has(quote)) return endOfString(source, at, quote)
  return startsRegex(source, at) ? endOfRegex(source, at) : at + 1
}

function orEnd(source: string, found: number, length = 0): number {
  return found < 0 ? source.length : found + length
}

function endOfString(source: string, at: number, quote: string): number {
  for (let i = at + 1; i < source.length; i++) {
    if (source[i] === '\\') i++
    else if (source[i] === quote) return i + 1
    else if (source[i] === '\n' && quote !== '`') return i
  }
  return source.length
}

/** A slash after an operator or an opening bracket begins a regular expression, elsewhere it divides. */
function startsRegex(source: string, at: number): boolean {
  return source[at] === '/' && /(?:[=(,:[!&|?{};]|=>|\breturn)\s*$/.test(source.slice(Math.max(0, at - 20), at))
}

function endOfRegex(source: string, at: number): number {
  let inClass = false
  for (let i = at + 1; i < source.length && source[i] !== '\n'; i++) {
    if (source[i] === '\\') i++
    else if (source[i] === '[') inClass = true
    else if (source[i] === ']') inClass = false
    else if (source[i] === '/' && !inClass) return i + 1
  }
  return at + 1
}
