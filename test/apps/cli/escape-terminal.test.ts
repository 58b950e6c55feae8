// THREATS.md, case 21, on the terminal: whatever comes from outside is inert there.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeJson, escapeTerminal } from '../../../src/apps/cli/screen/escape-terminal.ts'
import { styled } from '../../../src/apps/cli/screen/line.ts'
import { paintLine } from '../../../src/apps/cli/screen/paint.ts'

/** Controls, C1, bidirectional, zero-width and tag characters, line separators, lone surrogates. */
const FORBIDDEN = /[\p{Cc}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\p{Cs}]|[\u{e0000}-\u{e007f}]/u

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\x1b[2J',
        '\x1b]8;;http://x\x07click\x1b]8;;\x07',
        '\r',
        '\n',
        '\0',
        '\u202e',
        '\u009b31m',
        '\x7f',
        '\u2066',
      ),
      fc.string({ unit: 'binary' }),
      fc.string(),
    ),
  )
  .map((parts) => parts.join(''))

describe('escapeTerminal', () => {
  const cases: [string, string, string][] = [
    ['colours', '\x1b[31mred\x1b[0m', '\\x1b[31mred\\x1b[0m'],
    ['a hyperlink (OSC 8)', '\x1b]8;;http://evil\x07ok\x1b]8;;\x07', '\\x1b]8;;http://evil\\x07ok\\x1b]8;;\\x07'],
    ['a title', '\x1b]0;owned\x07', '\\x1b]0;owned\\x07'],
    ['a C1 introducer', '\u009b2J', '\\x9b2J'],
    ['a carriage return that hides a line', 'failed\rok    ', 'failed\\x0dok    '],
    ['a line break in a name', 'web1\nok', 'web1\\x0aok'],
    ['a right-to-left override', 'exe\u202etxt.', 'exe\\u{202e}txt.'],
    ['isolates', '\u2066a\u2069', '\\u{2066}a\\u{2069}'],
    ['NUL, backspace, delete', 'a\0\b\x7f', 'a\\x00\\x08\\x7f'],
    ['zero-width characters', 'a\u200bb\ufeff', 'a\\u{200b}b\\u{feff}'],
    ['tag characters', '\u{e0041}', '\\u{e0041}'],
    ['a lone surrogate', '\ud800', '\\u{d800}'],
    ['tabs', 'a\tb', 'a    b'],
    [
      'what is harmless',
      'grün ✗ 日本 <!channel> @org/team ::add-mask::x',
      'grün ✗ 日本 <!channel> @org/team ::add-mask::x',
    ],
  ]
  it.each(cases)('%s', (_, text, shown) => expect(escapeTerminal(text)).toBe(shown))

  it('leaves nothing that a terminal obeys, whatever the text', () => {
    fc.assert(fc.property(hostile, (text) => !FORBIDDEN.test(escapeTerminal(text))))
  })
})

describe('escapeJson', () => {
  it('is inert, and the same JSON', () => {
    fc.assert(
      fc.property(hostile, fc.string(), (text, key) => {
        const json = escapeJson(JSON.stringify({ [`k${key}`]: text }))
        expect(json).not.toMatch(FORBIDDEN)
        expect(JSON.parse(json)).toEqual({ [`k${key}`]: text })
      }),
    )
  })
})

describe('paintLine', () => {
  it('colours only what Houston says', () => {
    const line = [styled('red', 'x\x1b[0m'), ' ', '\x1b[1mhost']
    expect(paintLine(line, { colour: true })).toBe('\x1b[31mx\\x1b[0m\x1b[0m \\x1b[1mhost')
    expect(paintLine(line, { colour: false })).toBe('x\\x1b[0m \\x1b[1mhost')
  })

  const cuts: [string, number, string][] = [
    ['short', 10, 'short'],
    ['exactly', 7, 'exactly'],
    ['too long', 5, 'too …'],
    ['日本語の名前', 7, '日本語…'],
    ['\x1b\x1b\x1b', 6, '\\x1b\\…'],
  ]
  it.each(cuts)('cuts %j at %i columns', (text, width, shown) =>
    expect(paintLine([text], { colour: false, width })).toBe(shown),
  )

  it('never leaves more than the width, however many pieces', () => {
    const pieces = fc.array(hostile, { maxLength: 5 })
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 40 }), (line, width) => {
        const painted = paintLine(line, { colour: false, width })
        expect([...painted].length).toBeLessThanOrEqual(width)
      }),
    )
  })
})
