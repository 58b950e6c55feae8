// Text on its way into Postgres: nothing that it refuses, nothing lost that it takes.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chunksOf, lastByKey, piecesOf, toJson, toText } from '../../../src/adapters/postgres/json.ts'

const anyText = fc.string({
  unit: fc.constantFrom('\0', '\ud800', '\udc00', '\\', 'u0000', 'ud800', '"', 'a', '🚀', '\n'),
})

describe('toJson', () => {
  it('reads back as the same value with only NULs and lone surrogates replaced', () => {
    fc.assert(
      fc.property(fc.dictionary(anyText.map(toText), fc.array(anyText)), (value) => {
        const safe = Object.fromEntries(Object.entries(value).map(([key, texts]) => [key, texts.map(toText)]))
        expect(JSON.parse(toJson(value))).toEqual(safe)
      }),
    )
  })

  it('leaves what has neither as it is', () => {
    const value = { a: '\\u0000', b: '\u001b', c: ['🚀', 1, null, true] }
    expect(toJson(value)).toBe(JSON.stringify(value))
  })
})

describe('piecesOf', () => {
  it('loses nothing, splits no character, and keeps to the size', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 2, max: 9 }), (text, size) => {
        const pieces = [...piecesOf(text, size)]
        expect(pieces.join('')).toBe(text)
        for (const piece of pieces) expect(piece.length > 0 && piece.length <= size && piece.isWellFormed()).toBe(true)
      }),
    )
  })
})

describe('chunksOf', () => {
  it('keeps the order, loses nothing, and is no heavier than its limit', async () => {
    const weights = fc.array(fc.integer({ min: 0, max: 12 }))
    await fc.assert(
      fc.asyncProperty(weights, fc.integer({ min: 1, max: 10 }), async (rows, limit) => {
        const chunks: number[][] = []
        for await (const chunk of chunksOf(rows, limit, (row) => row)) chunks.push(chunk)
        expect(chunks.flat()).toEqual(rows)
        for (const chunk of chunks) {
          const weight = chunk.reduce((sum, row) => sum + row, 0)
          expect(chunk.length === 1 || weight <= limit).toBe(true)
        }
      }),
    )
  })
})

describe('lastByKey', () => {
  it('keeps the last row of each key', () => {
    expect(lastByKey(['a1', 'b1', 'a2'], (row) => row.charAt(0))).toEqual(['a2', 'b1'])
  })
})
