// Which lines of a comment are commands.

import { expect, it } from 'vitest'
import { isVerb } from '../../src/core/command-grammar.ts'
import { findCommands } from '../../src/core/find-commands.ts'

const rows: [string, string, string[]][] = [
  ['a line of its own', '/deploy prod', ['deploy prod']],
  ['among talk', 'looks good\n\n/deploy prod --plan  \n\nthanks', ['deploy prod --plan']],
  ['two', '/halt prod\r\n/rollback prod', ['halt prod', 'rollback prod']],
  ['a capital letter', '/Deploy prod', ['Deploy prod']],
  ['not at the start of the line', 'please /deploy prod', []],
  ['indented', '  /deploy prod', []],
  ['quoted', '> /deploy prod', []],
  ['fenced', '```\n/deploy prod\n```', []],
  ['fenced with a language', '```sh\n/deploy prod\n```\n/halt prod', ['halt prod']],
  ['fenced with tildes', '~~~\n/deploy prod\n```\n/deploy prod\n~~~', []],
  ['a fence is not closed by a shorter one', '````\n```\n/deploy prod\n````', []],
  ['a fence that is never closed', '```\n/deploy prod', []],
  ['inside an HTML comment', '<!--\n/deploy prod\n-->\n/halt prod', ['halt prod']],
  ['behind a closed HTML comment', '<!-- x -->\n/deploy prod', ['deploy prod']],
  ["somebody else's", '/cc @ada\n/deployment prod\n/deploy-all', []],
  ['a path', '/deploy/prod', []],
  ['the verb alone', '/deploy', ['deploy']],
  ['a list item', '- /deploy prod', []],
  ['nothing', '', []],
]

it.each(rows)('%s', (_name, comment, texts) => {
  expect(findCommands(comment, isVerb).map(({ text }) => text)).toEqual(texts)
})
