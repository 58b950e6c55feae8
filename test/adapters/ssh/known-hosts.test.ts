// Which host keys are trusted, by every form that a known_hosts line can have.

import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createHostKeys } from '../../../src/adapters/ssh/host-key.ts'

function keyOf(type: string, seed: string): Buffer {
  const part = (text: string) => Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text)])
  return Buffer.concat([part(type), part(seed.padEnd(32, '.'))])
}

const mine = keyOf('ssh-ed25519', 'mine')
const other = keyOf('ssh-ed25519', 'other')
const rsa = keyOf('ssh-rsa', 'mine')
const line = (patterns: string, key: Buffer, marker = '') =>
  `${marker}${patterns} ${key === rsa ? 'ssh-rsa' : 'ssh-ed25519'} ${key.toString('base64')} a comment\n`

function hashed(name: string): string {
  const salt = Buffer.from('0123456789abcdefghij')
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`
}

describe('known_hosts', () => {
  const cases: [string, string, number, string][] = [
    [line('web1', mine), 'web1', 22, 'trusted'],
    [line('web1', mine), 'WEB1', 22, 'trusted'],
    [line('web1,web2', mine), 'web2', 22, 'trusted'],
    [line('web?.acme.dev', mine), 'web1.acme.dev', 22, 'trusted'],
    [line('*.acme.dev,!web1.acme.dev', mine), 'web2.acme.dev', 22, 'trusted'],
    [line('*.acme.dev,!web1.acme.dev', mine), 'web1.acme.dev', 22, 'host key is not known'],
    [line('*.acme.dev', mine), 'webxacme.dev', 22, 'host key is not known'],
    [line('[web1]:2222', mine), 'web1', 2_222, 'trusted'],
    [line('[web1]:2222', mine), 'web1', 22, 'host key is not known'],
    [line('web1', mine), 'web1', 2_222, 'host key is not known'],
    [line(hashed('web1'), mine), 'web1', 22, 'trusted'],
    [line(hashed('[web1]:2222'), mine), 'web1', 2_222, 'trusted'],
    [line(hashed('web1'), mine), 'web2', 22, 'host key is not known'],
    [line('web1', other) + line('web1', mine), 'web1', 22, 'trusted'],
    [line('web1', other), 'web1', 22, 'host key has changed'],
    [line('web1', rsa), 'web1', 22, 'host key has changed'],
    [line('web1', mine) + line('*', mine, '@revoked '), 'web1', 22, 'host key is revoked'],
    [line('web1', mine) + line('*', other, '@revoked '), 'web1', 22, 'trusted'],
    [line('*', other, '@cert-authority '), 'web1', 22, 'host certificates are not supported'],
    [line('*', mine, '@cert-authority '), 'web1', 22, 'host certificates are not supported'],
    [line('web1', mine, '@unheard-of '), 'web1', 22, 'host key is not known'],
    [line('web1', mine).replace('ssh-ed25519', 'ssh-rsa'), 'web1', 22, 'host key is not known'],
    ['web1\n# web1\n\n   \nweb1 ssh-ed25519\nweb1 ssh-ed25519 !!!\n', 'web1', 22, 'host key is not known'],
    ['', 'web1', 22, 'host key is not known'],
  ]
  test.each(cases)('%j for %s:%d: %s', (text, address, port, expected) => {
    const verdict = createHostKeys([text]).verify(address, port, mine)
    expect(verdict.kind === 'trusted' ? 'trusted' : verdict.signature).toBe(expected)
  })

  test('an unknown key comes with its fingerprint and the line that would make it known', () => {
    const verdict = createHostKeys([]).verify('web1', 2_222, mine)
    if (verdict.kind === 'trusted') throw new Error('trusted')
    expect(verdict.explanation).toMatch(/SHA256:[A-Za-z0-9+/]{43},/)
    const added = verdict.explanation.split('\n').at(-1) ?? ''
    expect(createHostKeys([added]).verify('web1', 2_222, mine)).toEqual({ kind: 'trusted' })
  })

  test('only algorithms of known keys are offered, never SHA-1', () => {
    expect(createHostKeys([line('web1', mine)]).algorithms('web1', 22)).toEqual(['ssh-ed25519'])
    expect(createHostKeys([line('web1', rsa)]).algorithms('web1', 22)).toEqual(['rsa-sha2-512', 'rsa-sha2-256'])
    expect(createHostKeys([]).algorithms('web1', 22)).not.toContain('ssh-rsa')
    expect(createHostKeys([]).algorithms('web1', 22)[0]).toBe('ssh-ed25519')
  })
})
