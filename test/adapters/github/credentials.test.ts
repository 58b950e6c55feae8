// The App's credentials as people hand them over: every usual form of a key is read, every fault is named, no secret shown.

import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { inspect } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { readCredentials } from '../../../src/adapters/github/credentials.ts'
import { privateKey } from '../../support/github-edge.ts'

const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const pkcs1 = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
const base64 = Buffer.from(pkcs1).toString('base64')
const GITHUB_WEBHOOK_SECRET = 'a-long-enough-secret'
const good = { GITHUB_APP_ID: '7', GITHUB_PRIVATE_KEY: pkcs8, GITHUB_WEBHOOK_SECRET }

const directory = mkdtempSync(path.join(tmpdir(), 'credentials-'))
afterAll(() => rmSync(directory, { recursive: true }))
const fileOf = (text: string) => {
  const file = path.join(directory, 'secret')
  writeFileSync(file, text)
  return file
}

describe('a private key', () => {
  const forms: [name: string, text: string][] = [
    ['PKCS#8', pkcs8],
    ['PKCS#1', pkcs1],
    ['escaped line breaks', pkcs1.replaceAll('\n', '\\n')],
    ['escaped line breaks in quotes', `"${pkcs8.replaceAll('\n', '\\n')}"`],
    ['CRLF', pkcs1.replaceAll('\n', '\r\n')],
    ['one line, breaks as spaces', pkcs8.replaceAll('\n', ' ')],
    ['base64', base64],
    ['base64 in lines', base64.replace(/.{76}/g, '$&\n')],
    ['space around', `\n  ${pkcs1}  \n`],
  ]
  it.each(forms)('%s', (_, text) => {
    const reading = readCredentials({ ...good, GITHUB_PRIVATE_KEY: text })
    if (reading.kind !== 'ready') throw new Error(JSON.stringify(reading))
    const read = createPrivateKey(reading.credentials.privateKey.reveal())
    expect(read.equals(privateKey)).toBe(true)
  })

  it.each([
    ['a path', '/etc/houston/key.pem', 'is no PEM'],
    ['half of it', pkcs8.slice(0, 800), 'is damaged'],
    [
      'an elliptic one',
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      'no RSA',
    ],
    [
      'a short one',
      generateKeyPairSync('rsa', { modulusLength: 1024 })
        .privateKey.export({ type: 'pkcs8', format: 'pem' })
        .toString(),
      '2048',
    ],
    [
      'the public one',
      generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      'public',
    ],
  ])('not %s', (_, text, why) => {
    const reading = readCredentials({ ...good, GITHUB_PRIVATE_KEY: text })
    expect(reading).toMatchObject({ kind: 'faulty', faults: [expect.stringContaining(why)] })
    expect(JSON.stringify(reading)).not.toContain(text.slice(60, 90) || text)
  })
})

describe('credentials', () => {
  it('come from files too', () => {
    const { GITHUB_PRIVATE_KEY: _key, ...rest } = good
    expect(readCredentials({ ...rest, GITHUB_PRIVATE_KEY_FILE: fileOf(pkcs1) })).toMatchObject({ kind: 'ready' })
  })

  it('show no secret', () => {
    const reading = readCredentials(good)
    const shown = `${inspect(reading, { depth: 9 })}${JSON.stringify(reading)}`
    expect(shown).not.toContain(GITHUB_WEBHOOK_SECRET)
    expect(shown).not.toContain('PRIVATE KEY-----')
  })

  it.each([
    [undefined, 'https://api.github.com'],
    ['github.com', 'https://api.github.com'],
    ['github.acme.dev', 'https://github.acme.dev/api/v3'],
    ['ghe.acme.dev:8443', 'https://ghe.acme.dev:8443/api/v3'],
  ])('GHE_HOST %s: %s', (GHE_HOST, apiUrl) => {
    const host = GHE_HOST === undefined ? {} : { GHE_HOST }
    expect(readCredentials({ ...good, ...host })).toMatchObject({ credentials: { apiUrl } })
  })

  it('none at all is no fault', () => {
    expect(readCredentials({ GHE_HOST: 'github.acme.dev' })).toMatchObject({ kind: 'none' })
  })

  it('name every fault at once', () => {
    const reading = readCredentials({
      ...{ GITHUB_APP_ID: 'houston', GITHUB_WEBHOOK_SECRET: 'short', GHE_HOST: 'https://x/' },
      GITHUB_PRIVATE_KEY_FILE: path.join(directory, 'nowhere'),
    })
    expect(reading).toMatchObject({
      kind: 'faulty',
      faults: [
        expect.stringMatching(/^GHE_HOST is no host name/),
        expect.stringMatching(/^GITHUB_APP_ID is not the App's number/),
        'GITHUB_PRIVATE_KEY cannot be read from GITHUB_PRIVATE_KEY_FILE: ENOENT',
        expect.stringMatching(/^GITHUB_WEBHOOK_SECRET is shorter/),
      ],
    })
  })

  it.each([
    [{ GITHUB_APP_ID: '7' }, ['GITHUB_PRIVATE_KEY is missing', 'GITHUB_WEBHOOK_SECRET is missing']],
    [{ ...good, GITHUB_APP_ID_FILE: '/x' }, ['GITHUB_APP_ID is set, and so is GITHUB_APP_ID_FILE: set one of them']],
  ])('%#', (variables, faults) => {
    expect(readCredentials(variables)).toEqual({ kind: 'faulty', faults })
  })
})

describe("people's sign-in", () => {
  it('needs both of the OAuth credentials, and an App without them is an App', () => {
    const GITHUB_CLIENT_ID = 'Iv23.abc'
    const GITHUB_CLIENT_SECRET = 'sign-in-secret'
    const both = readCredentials({ ...good, GITHUB_CLIENT_ID, GITHUB_CLIENT_SECRET_FILE: fileOf(GITHUB_CLIENT_SECRET) })
    if (both.kind !== 'ready') throw new Error(JSON.stringify(both))
    expect(both.credentials.oauth?.id).toBe(GITHUB_CLIENT_ID)
    expect(both.credentials.oauth?.secret.reveal()).toBe(GITHUB_CLIENT_SECRET)
    expect(inspect(both)).not.toContain(GITHUB_CLIENT_SECRET)
    const none = readCredentials(good)
    expect(none.kind === 'ready' && none.credentials.oauth).toBeUndefined()
  })

  it.each([
    [{ GITHUB_CLIENT_ID: 'Iv1.c' }, 'GITHUB_CLIENT_SECRET is missing'],
    [{ GITHUB_CLIENT_SECRET: 's' }, 'GITHUB_CLIENT_ID is missing'],
    [{ GITHUB_CLIENT_ID: 'a b', GITHUB_CLIENT_SECRET: 's' }, "GITHUB_CLIENT_ID is not the App's client ID"],
    [{ GITHUB_CLIENT_ID: 'Iv1.c', GITHUB_CLIENT_SECRET: 'a\nb' }, 'GITHUB_CLIENT_SECRET is not a client secret'],
  ])('%o: %s', (variables, fault) => {
    const read = readCredentials({ ...good, ...variables })
    expect(read).toMatchObject({ kind: 'faulty', faults: [expect.stringContaining(fault)] })
  })
})
