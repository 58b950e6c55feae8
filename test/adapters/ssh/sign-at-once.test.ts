// How many requests a login takes. ssh2's inside is what makes the difference, so another ssh2 must not change it unseen.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDialler } from '../../../src/adapters/ssh/dial.ts'
import { createIdentities } from '../../../src/adapters/ssh/identity.ts'
import { withDefaults } from '../../../src/adapters/ssh/settings.ts'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'houston-login-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

test.each([
  ['ed25519', ['signed']],
  ['ecdsa', ['signed']],
  ['rsa', ['asked', 'signed']],
] as const)('an %s key: %j', async (type, requests) => {
  expect(await login(type)).toEqual(requests)
})

async function login(type: string): Promise<string[]> {
  const pem = makeKey(`${type}_user`, type)
  const server = await startServer(makeKey(`${type}_host`, 'ed25519'))
  const settings = withDefaults({ knownHosts: [], identities: { test: { kind: 'key', pem } } }, root)
  const trusting = { algorithms: () => ['ssh-ed25519' as const], verify: () => ({ kind: 'trusted' as const }) }
  const dial = createDialler(settings, trusting, createIdentities(settings.identities))
  const client = await dial({ address: '127.0.0.1', port: server.port, user: 'somebody', identity: 'test' })
  client.end()
  server.close()
  return server.requests
}

/** Lets in whoever signs with a key that is theirs. */
async function startServer(hostKey: string) {
  const requests: string[] = []
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    client.on('error', () => {})
    client.on('authentication', (context) => {
      if (context.method !== 'publickey') return context.reject(['publickey'])
      requests.push(context.signature ? 'signed' : 'asked')
      const key = ssh2.utils.parseKey(`${context.key.algo} ${context.key.data.toString('base64')}`)
      const { signature, blob, hashAlgo } = context
      if (key instanceof Error) return context.reject()
      if (signature && !(blob && key.verify(blob, signature, hashAlgo))) return context.reject()
      context.accept()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { port, requests, close: () => server.close() }
}

function makeKey(name: string, type: string): string {
  const file = join(root, name)
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', '', '-f', file])
  return readFileSync(file, 'utf8')
}
