// Credentials by their shape: gone from a text, whatever stands around them; ordinary words stay.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { hideTokens } from '../../src/core/hide-tokens.ts'

// Put together here, so that no scanner takes this file for a leak.
const TOKENS = {
  installation: `ghs_${'aB3'.repeat(12)}`,
  user: `ghu_${'aB3'.repeat(12)}`,
  'fine-grained': `github_pat_${'aB3_'.repeat(12)}`,
  bot: `xoxb-${'12345-'.repeat(3)}abc`,
  app: `xapp-1-${'A0B1-'.repeat(3)}abc`,
  rotated: `xoxe.xoxb-${'1-abc'.repeat(4)}`,
  webhook: 'https://hooks.slack.com/services/T0/B0/abcdef',
  own: `hst_${'aB3-_'.repeat(8)}`,
  jwt: `eyJ${'hbGciOi'.repeat(3)}.${'eyJpc3Mi'.repeat(3)}.sig-_`,
  key: `-----BEGIN RSA PRIVATE KEY-----\n${'MIIE/+aB3='.repeat(8)}\n-----END RSA PRIVATE KEY-----`,
  'key in JSON': `-----BEGIN PRIVATE KEY-----\\n${'MIIE/+aB3='.repeat(8)}\\n-----END PRIVATE KEY-----`,
  'key that was cut': `-----BEGIN OPENSSH PRIVATE KEY-----\n${'MIIE/+aB3='.repeat(8)}`,
}

it.each(Object.entries(TOKENS))('%s', (_, token) => {
  for (const around of [
    ['', ''],
    ['failed: "', '" at x'],
    ['{"a":"', '"}'],
    ['(', ')'],
    ['?token=', '&b=1'],
  ] as const) {
    const [before, after] = around
    expect(hideTokens(`${before}${token}${after}`)).toBe(`${before}[REDACTED]${after}`)
  }
})

it.each([
  ['authorization: Bearer abcdefgh12345678', 'authorization: Bearer [REDACTED]'],
  ['{"Authorization":"token abcdefgh12345678"}', '{"Authorization":"token [REDACTED]"}'],
  ['authorization: basic YWRhOmh1bnRlcjI=', 'authorization: basic [REDACTED]'],
  ['postgres://houston:hunter2@db/houston is gone', 'postgres://[REDACTED]db/houston is gone'],
  ['git clone https://x-access-token:abc@github.com/a/b', 'git clone https://[REDACTED]github.com/a/b'],
  ['cookie: __Host-houston=abc; other=d', 'cookie: [REDACTED]'],
  ['"set-cookie":"__Host-houston=abc; Path=/"', '"set-cookie":"[REDACTED]"'],
])('%s', (text, clean) => expect(hideTokens(text)).toBe(clean))

it.each([
  'the token is missing or wrong',
  'ssh://web1.acme.dev:22 refused',
  'mail ada@acme.dev about release 3f2c1a9',
  'bearer of bad news',
  'rollout 01hxyz at https://houston.acme.dev/shop/production@2',
])('%s: stays', (text) => expect(hideTokens(text)).toBe(text))

it('a token is gone from any text, and a second look changes nothing', () => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(text, fc.constantFrom(...Object.values(TOKENS)), text, (before, token, after) => {
      const clean = hideTokens(`${before} ${token} ${after}`)
      expect(clean).not.toContain(token)
      expect(hideTokens(clean)).toBe(clean)
    }),
  )
})

it.each([
  ['schemes', 'a://'.repeat(50_000)],
  ['a URL that never ends', `a://${'x'.repeat(200_000)}`],
  ['cookies', 'cookie:'.repeat(30_000)],
  ['keys that never end', '-----BEGIN PRIVATE KEY-----'.repeat(8_000)],
  ['spaces', `bearer${' '.repeat(200_000)}`],
  ['dots', 'eyJ'.repeat(70_000)],
])('%s: 200 kB take no longer than their length', { timeout: 2_000 }, (_, text) => {
  hideTokens(text)
})
