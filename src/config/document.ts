// A YAML text turned into plain values, each with its place. What YAML cannot read, and how large a file may be, is decided here;
// nothing is known of any key.

import { type Document, LineCounter, parseDocument } from 'yaml'
import { type Converted, convert, leaf } from './convert.ts'
import { inert } from './printable.ts'

type Place = { line: number; column: number }

export type Reading = Converted & {
  /** What YAML itself could not read: the value cannot be trusted then. */
  broken: readonly { offset: number; message: string }[]
  place(offset: number): Place
}

const MOST_CHARACTERS = 1_048_576
const MOST_SYNTAX_FAULTS = 20

/** Where the library's words would not help a person who writes a file. */
const WORDS: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'a second document begins here: a file is one document',
  TAB_AS_INDENT: 'tabs cannot indent YAML: use spaces',
}

/** Never throws, whatever the text. */
export function readDocument(text: string): Reading {
  const lines = new LineCounter()
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(Math.min(offset, text.length))
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const failed = (message: string): Reading => {
    return { value: undefined, mark: leaf(0), flaws: [], place, broken: [{ offset: 0, message }] }
  }
  if (text.length > MOST_CHARACTERS) return failed('the file is larger than 1 MiB')
  try {
    const document = parse(text, lines)
    const broken = syntaxFaults(document)
    return broken.length > 0 ? { ...failed(''), broken } : { ...convert(document.contents), broken, place }
  } catch {
    return failed('the file cannot be read as YAML')
  }
}

function parse(text: string, lineCounter: LineCounter): Document.Parsed {
  // The library's own search for duplicate keys takes quadratic time (two minutes for a file of 1 MiB): `convert` does it.
  const options = { prettyErrors: false, uniqueKeys: false, schema: 'core', logLevel: 'error' } as const
  return parseDocument(text, { ...options, lineCounter })
}

function syntaxFaults(document: Document.Parsed): { offset: number; message: string }[] {
  const version = document.directives.yaml
  const old = version.explicit === true && version.version !== '1.2'
  const directive = { offset: 0, message: `%YAML ${version.version} is not read: remove the line, 1.2 is meant` }
  const found = [...document.errors, ...document.warnings]
    .slice(0, MOST_SYNTAX_FAULTS)
    .map((error) => ({ offset: error.pos[0], message: WORDS[error.code] ?? inert(error.message.split('\n')[0] ?? '') }))
  return old ? [directive, ...found] : found
}
