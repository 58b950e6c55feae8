// Host patterns: every host once, in the written width; a slip is a fault, never more hosts or none.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expandPattern, parsePattern } from '../../src/config/ranges.ts'

function hosts(text: string): readonly string[] | string {
  const pattern = parsePattern(text)
  return pattern.kind === 'ok' ? expandPattern(pattern.value) : pattern.message
}

test.each([
  ['web01.acme.dev', ['web01.acme.dev']],
  ['web[01-03].a', ['web01.a', 'web02.a', 'web03.a']],
  ['web[1-3].a', ['web1.a', 'web2.a', 'web3.a']],
  ['web[8-11]', ['web8', 'web9', 'web10', 'web11']],
  ['web[08-11]', ['web08', 'web09', 'web10', 'web11']],
  ['web[098-101]', ['web098', 'web099', 'web100', 'web101']],
  ['web[01-100:33]', ['web01', 'web34', 'web67', 'web100']],
  ['web[00-06:2]', ['web00', 'web02', 'web04', 'web06']],
  ['web[01-04:2]', ['web01', 'web03']],
  ['web[5-5]', ['web5']],
  ['web[a,b]', ['weba', 'webb']],
  ['web[a-c]', ['weba', 'webb', 'webc']],
  ['web[01-02,07,x]', ['web01', 'web02', 'web07', 'webx']],
  ['[eu,us]-[1-2].a', ['eu-1.a', 'eu-2.a', 'us-1.a', 'us-2.a']],
  ['10.0.0.[1-2]', ['10.0.0.1', '10.0.0.2']],
  ['[2001:db8::1]', ['2001:db8::1']],
  ['[::1]:2222', ['::1']],
])('%s', (text, expected) => {
  expect(hosts(text)).toEqual(expected)
})

test.each([
  ['deploy@web[1-2]:2222', { user: 'deploy', port: 2222, count: 2 }],
  ['[::1]:2222', { port: 2222, count: 1 }],
  ['web[01-40:2]:22', { port: 22, count: 20 }],
])('%s has a login', (text, expected) => {
  expect(parsePattern(text)).toMatchObject({ kind: 'ok', value: expected })
})

test.each([
  ['web[5-1]', '[5-1] runs backwards: it yields no host'],
  ['web[c-a]', '[c-a] runs backwards: it yields no host'],
  ['web[a-C]', '[a-C] goes from a digit to a letter, or changes case'],
  ['web[1-a]', '[1-a] goes from a digit to a letter, or changes case'],
  ['web[1-040]', '[1-040] is padded to two widths'],
  ['web[001-40]', '[001-40] is padded to two widths'],
  ['web[1-9:0]', '[1-9:0] has a step of 0'],
  ['web[]', 'a bracket or a part of it is empty: it would yield no host'],
  ['web[a,]', 'a bracket or a part of it is empty: it would yield no host'],
  ['web[1-2', '"web[1-2" has a bracket without its other half'],
  ['web1-2]', '"web1-2]" has a bracket without its other half'],
  ['web[[1-2]]', '"web[[1-2]]" has a bracket without its other half'],
  ['web[1..3]', '"web1..3" is not a host name: letters, digits, "-", "_" and dots, none of them at either end'],
  ['web[1-3-5]', '"[1-3-5]" is neither a range nor a list'],
  ['web[*]', '"[*]" is neither a range nor a list'],
  ['web[0-999999999]', '"web[0-999999999]" yields 1000000000 hosts; at most 100000 are possible'],
  ['web[1-999][1-999]', '"web[1-999][1-999]" yields 998001 hosts; at most 100000 are possible'],
  ['', '"" is not a host name: letters, digits, "-", "_" and dots, none of them at either end'],
  [
    '-oProxyCommand=x',
    '"-oProxyCommand=x" is not a host name: letters, digits, "-", "_" and dots, none of them at either end',
  ],
  ['web 01', '"web 01" is not a host name: letters, digits, "-", "_" and dots, none of them at either end'],
  ['$(id)', '"$(id)" is not a host name: letters, digits, "-", "_" and dots, none of them at either end'],
  ['we\u202eb', '"we\\u202eb" is not a host name: letters, digits, "-", "_" and dots, none of them at either end'],
  ['web01:ssh', '"ssh" is not a port'],
  ['web01:0', '"0" is not a port'],
  ['web01:65536', '"65536" is not a port'],
  ['2001:db8::1', '"2001:db8::1" has too many colons'],
  ['[2001:db8::zz]', '"[2001:db8::zz]" is neither a range nor a list'],
  ['[1:2:3]', '"1:2:3" is not an IPv6 address'],
  ['-x@web01', '"-x" is not a user name'],
  ['@web01', '"" is not a user name'],
  ['127.1', '"127.1" is not an IPv4 address'],
  ['10.0.0.300', '"10.0.0.300" is not an IPv4 address'],
  ['0x7f.0x1', '"0x7f.0x1" is not an IPv4 address'],
])('%s is refused', (text, message) => {
  expect(hosts(text)).toBe(message)
})

test('the count that is promised is the count that is yielded, all different, all of the written width', () => {
  const bounds = fc.record({
    from: fc.nat(500),
    size: fc.nat(300),
    step: fc.integer({ min: 1, max: 7 }),
    width: fc.integer({ min: 3, max: 6 }),
  })
  fc.assert(
    fc.property(bounds, ({ from, size, step, width }) => {
      const pad = (value: number) => String(value).padStart(width, '0')
      const pattern = parsePattern(`w[${pad(from)}-${pad(from + size)}:${step}]`)
      if (pattern.kind !== 'ok') throw new Error(pattern.message)
      const names = expandPattern(pattern.value)
      expect(names).toHaveLength(pattern.value.count)
      expect(new Set(names).size).toBe(names.length)
      expect(names.every((name) => name.length === width + 1)).toBe(true)
      expect(names[0]).toBe(`w${pad(from)}`)
    }),
  )
})

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'[]-,:@.0129aZ/ é') }), (text) => void hosts(text)),
    { numRuns: 2000 },
  )
})
