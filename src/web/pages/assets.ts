// The scripts and the style of the pages, read once at the start: the modules that the island reaches, without their types, under
// an address that changes with their content. What is not among them is not served, whatever path is asked for.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

export type Asset = { type: string; body: Buffer; gzip: Buffer }

export type Assets = {
  /** By path, which never means another content. */
  files: ReadonlyMap<string, Asset>
  style: string
  script: string
  /** Modules that are needed at once. */
  preload: readonly string[]
  /** The text of the import map, and how a CSP names it. */
  importMap: { text: string; source: string }
}

const SCRIPT = 'text/javascript; charset=utf-8'
const STYLE = 'text/css; charset=utf-8'
const SRC = new URL('../../', import.meta.url)
const ENTRY = 'web/island/main.ts'
const VENDORS = ['preact', 'htm', 'htm/preact'] as const

export function readAssets(): Assets {
  const modules = withoutWarning(() => reach(ENTRY))
  const vendors = VENDORS.map((name) => [name, readFileSync(fileURLToPath(import.meta.resolve(name)), 'utf8')] as const)
  const style = readFileSync(new URL('web/pages/style.css', SRC), 'utf8')
  const version = digest(JSON.stringify([[...modules], vendors, style]))
    .digest('hex')
    .slice(0, 12)
  const base = `/assets/${version}`
  const vendorPath = (name: string) => `${base}/vendor/${name.replace('/', '-')}.js`
  const text = JSON.stringify({ imports: Object.fromEntries(VENDORS.map((name) => [name, vendorPath(name)])) })
  const scripts = [
    ...[...modules].map(([path, code]) => [`${base}/${path}`, code] as const),
    ...vendors.map(([name, code]) => [vendorPath(name), code.replace(/^\/\/# sourceMappingURL.*$/m, '')] as const),
  ]
  return {
    files: new Map([
      ...scripts.map(([path, code]) => [path, asset(SCRIPT, code)] as const),
      [`${base}/style.css`, asset(STYLE, style)],
    ]),
    style: `${base}/style.css`,
    script: `${base}/${ENTRY}`,
    preload: scripts.map(([path]) => path),
    importMap: { text, source: `'sha256-${digest(text).digest('base64')}'` },
  }
}

/** Every module that is imported from here on, by its path below src/. */
function reach(entry: string): Map<string, string> {
  const found = new Map<string, string>()
  const open = [entry]
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path)) continue
    const code = withoutTypes(readFileSync(new URL(path, SRC), 'utf8'))
    found.set(path, code)
    for (const [, target = ''] of code.matchAll(/^import\s+[\w*{}\s,$]+\s+from\s+'(\.[^']+)'/gm))
      open.push(new URL(target, new URL(path, SRC)).href.slice(SRC.href.length))
  }
  return found
}

/** Node calls the stripping of types experimental, once, on stderr, where a server's log is one JSON object a line. */
function withoutWarning<T>(work: () => T): T {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return work()
  } finally {
    process.emitWarning = emitWarning
  }
}

/** Types become blanks, comments go: what is left is what a browser needs. */
function withoutTypes(source: string): string {
  return stripTypeScriptTypes(source)
    .replace(/^\s*(?:\/\/.*|\/\*\*?[^\n]*\*\/|\/\*\*\n(?:\s*\*.*\n)+)\s*$/gm, '')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{2,}/g, '\n')
}

function asset(type: string, text: string): Asset {
  const body = Buffer.from(text)
  return { type, body, gzip: gzipSync(body, { level: 9 }) }
}

function digest(text: string) {
  return createHash('sha256').update(text)
}
