// Inputs: what is taken, what is refused by name, and that a value never becomes anything else than a value.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readInputs, variableOf } from '../../action/src/inputs.ts'
import { hostileText } from '../support/hostile-text.ts'

const SERVER = { environment: 'production', server: 'https://houston.acme.dev' }
const DIRECT = { environment: 'production', mode: 'direct', 'ssh-key': 'a key', 'known-hosts': 'h ssh-ed25519 AAAA' }

type Given = Readonly<Record<string, string>>

function read(given: Given, verb: 'deploy' | 'rollback' | 'status' = 'deploy') {
  return readInputs(verb, Object.fromEntries(Object.entries(given).map(([name, value]) => [variableOf(name), value])))
}

describe('readInputs', () => {
  it.each<[string, Given, object]>([
    ['a server', SERVER, { way: { kind: 'server', url: 'https://houston.acme.dev' }, wait: true, onCancel: 'halt' }],
    ['loopback', { ...SERVER, server: 'http://127.0.0.1:8080/' }, { way: { url: 'http://127.0.0.1:8080' } }],
    ['no server', DIRECT, { way: { kind: 'direct' }, file: '.github/houston.yml', timeoutMs: 3_600_000 }],
    ['zones', { ...DIRECT, zones: 'eu-1a, us-1a\neu-1a' }, { zones: ['eu-1a', 'us-1a'] }],
    ['flags in any case', { ...DIRECT, 'plan-only': 'TRUE' }, { planOnly: true }],
    ['a time', { ...SERVER, timeout: '1h30m' }, { timeoutMs: 5_400_000 }],
    ['a ref', { ...SERVER, ref: 'refs/tags/v1.2+b' }, { ref: 'refs/tags/v1.2+b' }],
  ])('takes %s', (_, given, wanted) => {
    expect(read(given)).toMatchObject({ kind: 'ok', inputs: wanted })
  })

  it.each<[string, Given, string]>([
    ['nothing', {}, 'environment'],
    ['no server', { environment: 'production' }, 'server'],
    ['plain http', { ...SERVER, server: 'http://houston.acme.dev' }, 'server'],
    ['a path behind the server', { ...SERVER, server: 'https://acme.dev/houston' }, 'server'],
    ['a password in the server', { ...SERVER, server: 'https://a:b@acme.dev' }, 'server'],
    ['another mode', { ...SERVER, mode: 'sideways' }, 'mode'],
    ['no key', { ...DIRECT, 'ssh-key': ' ' }, 'ssh-key'],
    ['no known hosts', { ...DIRECT, 'known-hosts': '' }, 'known-hosts'],
    ['upper case', { ...SERVER, environment: 'Production' }, 'environment'],
    ['an option', { ...SERVER, ref: '--upload-pack=x' }, 'ref'],
    ['a range', { ...SERVER, ref: 'a..b' }, 'ref'],
    ['a file above the checkout', { ...DIRECT, file: '../x.yml' }, 'file'],
    ['an absolute file', { ...DIRECT, file: '/etc/passwd' }, 'file'],
    ['half a truth', { ...SERVER, wait: 'yes' }, 'wait'],
    ['a number without a unit', { ...SERVER, timeout: '90' }, 'timeout'],
    ['more time than a job has', { ...SERVER, timeout: '121h' }, 'timeout'],
    ['another way to cancel', { ...SERVER, 'on-cancel': 'explode' }, 'on-cancel'],
    ['zones of a server', { ...SERVER, zones: 'eu-1a' }, 'zones'],
    ['leaving a direct rollout alone', { ...DIRECT, wait: 'false' }, 'wait'],
  ])('refuses %s by the name of the input', (_, given, name) => {
    const answer = read(given)
    expect(answer.kind).toBe('faults')
    expect(answer.kind === 'faults' && answer.faults.join('\n')).toMatch(
      new RegExp(`^input mode:.*input ${name}|^input ${name}:`, 'm'),
    )
  })

  it('heeds no input that the step does not have', () => {
    expect(read({ ...DIRECT, 'plan-only': 'true', ref: '$(x)', zones: 'a' }, 'status')).toMatchObject({
      kind: 'ok',
      inputs: { planOnly: false, zones: [] },
    })
  })

  it.each(['environment', 'ref', 'file', 'zones', 'server'])('a hostile %s is refused or plain', (name) => {
    fc.assert(
      fc.property(fc.oneof(hostileText, fc.string({ unit: 'binary' })), (text) => {
        const answer = read({ ...(name === 'server' ? SERVER : DIRECT), [name]: text })
        if (answer.kind === 'faults') return
        const { environment, ref = '', zones } = answer.inputs
        for (const word of [environment, ref, ...zones]) expect(word).toMatch(/^[\w./+@-]*$/)
        expect(`${ref}${environment}`).not.toMatch(/^-|\.\./)
        expect(answer.inputs.file).not.toMatch(/[\u0000-\u001f]|^\/|(^|\/)\.\.(\/|$)/)
      }),
    )
  })

  it('hides the secrets from whatever prints them', () => {
    const answer = read({ ...DIRECT, 'ssh-key': 'top-secret-key', 'github-token': 'ghs_secret' })
    expect(JSON.stringify(answer)).not.toMatch(/secret-key|ghs_secret/)
  })
})
