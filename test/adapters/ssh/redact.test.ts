// What leaves the adapter is bounded and holds no secret.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createBound } from '../../../src/adapters/ssh/bound.ts'
import { createRedactor } from '../../../src/adapters/ssh/redact.ts'

describe('bounded output', () => {
  test('is the two ends of what came, in whatever pieces it came', () => {
    const property = fc.property(
      fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 64 }),
      (pieces, limit) => {
        const bound = createBound(limit)
        for (const piece of pieces) bound.add(Buffer.from(piece))
        const whole = Buffer.concat(pieces)
        const { head, tail, cutBytes } = bound.read()
        expect(head).toEqual(whole.subarray(0, limit))
        const rest = whole.subarray(limit)
        expect(tail).toEqual(rest.subarray(Math.max(0, rest.length - limit)))
        expect(head.length + tail.length + cutBytes).toBe(whole.length)
      },
    )
    fc.assert(property)
  })
})

describe('redaction', () => {
  const secret = 'hunter2/päss+word='
  const { text, log } = createRedactor([secret, '-----BEGIN KEY-----\nabcdefghijkl\nmnopqrstuvwx\n', 'abc'])
  const bytes = (plain: string) => Buffer.from(plain)

  test.each([
    ['plain', secret],
    ['URL-coded', encodeURIComponent(secret)],
    ['a line of it', 'mnopqrstuvwx'],
  ])('%s', (_, form) => {
    expect(text(`before ${form} after`)).toBe('before [REDACTED] after')
  })

  test.each(['', 'u', 'us', 'user:'])('base64 after %j', (before) => {
    const coded = bytes(`${before}${secret}!!`).toString('base64')
    const shown = text(coded)
    expect(shown).toContain('[REDACTED]')
    expect(bytes(shown.replace('[REDACTED]', '')).length).toBeLessThan(14)
  })

  test('too short a secret would tear words apart', () => {
    expect(text('abcde')).toBe('abcde')
  })

  test('a secret over the seam of head and tail', () => {
    const whole = log({ head: bytes(`x${secret.slice(0, 5)}`), tail: bytes(`${secret.slice(5)}y`), cutBytes: 0 })
    expect(whole.head + whole.tail).toBe('x[REDACTED]y')
  })

  test('a secret of which a part was cut away', () => {
    const cut = log({ head: bytes(`x${secret.slice(0, 9)}`), tail: bytes(`${secret.slice(7)}y`), cutBytes: 10 })
    expect(cut).toEqual({ head: 'x[REDACTED]', tail: '[REDACTED]y', cutBytes: 10 })
  })
})
