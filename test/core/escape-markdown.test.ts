// Somebody's text in GitHub's Markdown, read back by a reader of Markdown that knows nothing of the escaper.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bounded, codeBlock, codeSpan, plainText } from '../../src/core/escape-markdown.ts'
import { readMarkdown } from '../support/github-markdown.ts'
import { hostileText } from '../support/hostile-text.ts'

describe('the reader of Markdown', () => {
  it.each([
    ['ping @octocat', 'mention'],
    ['see #12', 'reference'],
    ['see acme/shop#12', 'reference'],
    ['see GH-1', 'GH reference'],
    ['at c0ffee1', 'commit'],
    ['https://x.dev', 'address'],
    ['![a](b)', 'image'],
    ['<b>', 'HTML'],
    ['&#64;octocat', 'entity'],
    ['`a` @octocat `', 'mention'],
    ['`` a ` @octocat', 'mention'],
    ['| `a | @octocat` |', 'mention'],
    ['```\n@octocat\n```\n@octocat', 'mention'],
    ['a\u202eb', 'hidden'],
  ])('finds what is alive in %j', (markdown, kind) => {
    expect(readMarkdown(markdown).alive.join()).toContain(kind)
  })

  it.each(['`@octocat`', '`` ` @octocat ``', '```\n@octocat\n', '````\n```\n@octocat\n````', 'plain words'])(
    'finds nothing in %j',
    (markdown) => {
      expect(readMarkdown(markdown).alive).toEqual([])
    },
  )
})

describe('10,000 hostile texts', () => {
  const runs = { numRuns: 10_000 }

  it('are one dead word in a line, in a list and in a table', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const word = codeSpan(text)
        const { skeleton, alive } = readMarkdown(`- a ${word} b\n| x | ${word} | y |`)
        expect(alive).toEqual([])
        expect(skeleton.replaceAll('–', '[code]')).toBe('- a [code] b\n| x | [code] | y |')
      }),
      runs,
    )
  })

  it('are one dead block, and nothing of them is after it', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const { skeleton, alive } = readMarkdown(`before\n\n${codeBlock(text)}\n\nafter`)
        expect(alive).toEqual([])
        expect(skeleton).toBe('before\n\n[block]\n\nafter')
      }),
      runs,
    )
  })

  it('stay dead when what holds them is cut', () => {
    fc.assert(
      fc.property(hostileText, fc.nat(120), (text, most) => {
        const cut = bounded(`${codeSpan(text)} and\n${codeBlock(text)}\n${codeSpan(text)}`, most + 5)
        expect(cut.length).toBeLessThanOrEqual(most + 5)
        expect(readMarkdown(cut).alive).toEqual([])
      }),
      runs,
    )
  })

  it('are one plain line of bounded length', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 60 }), (text, most) => {
        const line = plainText(text, most)
        expect(line.length).toBeLessThanOrEqual(most)
        expect(line.isWellFormed() && !line.includes('\n')).toBe(true)
        expect(readMarkdown(line).alive.filter((each) => each.startsWith('hidden'))).toEqual([])
      }),
      runs,
    )
  })
})

describe('codeSpan', () => {
  it.each([
    ['web1', '`web1`'],
    ['', '–'],
    [' \n ', '`\\x0a`'],
    ['a`b|c', '`aˋb¦c`'],
    ['a\u202eb', '`a\\u{202e}b`'],
    ['x'.repeat(300), `\`${'x'.repeat(199)}…\``],
  ])('%j', (text, markdown) => {
    expect(codeSpan(text)).toBe(markdown)
  })
})
