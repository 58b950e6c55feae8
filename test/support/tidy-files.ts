// The rules of STYLE.md that one file can break by itself. Each is a function from a file to what is wrong with it.

import { withoutComments } from './tidy-imports.ts'

export type File = { file: string; text: string }
export type Rule = (file: File) => string | undefined

const MAX_LINES = 300
const BANNED = ['util', 'utils', 'helper', 'helpers', 'manager', 'service', 'types']
/** Besides clocks and dice: what differs between two runs, or reaches outside. Node's own globals are kept out by the compiler. */
const UNSTEADY =
  /\b(?:Date\.now|new Date\(\)|Math\.random|performance\.|crypto\.|setTimeout|setInterval|fetch\(|globalThis)/

export const tooLong: Rule = ({ file, text }) => {
  const lines = text.trimEnd().split('\n').length
  return lines > MAX_LINES ? `${file}: ${lines} lines, at most ${MAX_LINES}` : undefined
}

export const defaultExport: Rule = ({ file, text }) =>
  /^export\s+default\b|^export\s*\{[^}]*\bas\s+default\b/m.test(withoutComments(text))
    ? `${file}: default export`
    : undefined

/** A file that only passes on what others export. */
export const barrel: Rule = ({ file, text }) => {
  const code = withoutComments(text).trim()
  const rest = code.replace(/^export\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s*from\s*['"][^'"]+['"];?/gm, '')
  return code !== '' && rest.trim() === '' ? `${file}: a barrel` : undefined
}

export const bannedName: Rule = ({ file }) => {
  const name = file.split('/').at(-1) ?? ''
  const stem = name.replace(/(\.d)?\.(ts|mjs)$/, '')
  const banned = stem.split('-').some((word) => BANNED.includes(word))
  if (banned) return `${file}: the name says nothing`
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(stem) ? undefined : `${file}: not kebab-case`
}

/** One to three sentences at the top: what the file is, and what it must not do. */
export const noOpening: Rule = ({ file, text }) => {
  const first = text.startsWith('#!') ? text.slice(text.indexOf('\n') + 1) : text
  return /^(?:\/\/|\/\*\*?)\s*\w.{10,}/.test(first) ? undefined : `${file}: no opening comment`
}

/** The core is deterministic: time, ids and hashes come in from outside. */
export const unsteadyCore: Rule = ({ file, text }) => {
  const found = file.startsWith('src/core/') ? withoutComments(text).match(UNSTEADY) : null
  return found ? `${file}: ${found[0]}` : undefined
}

export const RULES: readonly Rule[] = [tooLong, defaultExport, barrel, bannedName, noOpening, unsteadyCore]
