// How ssh2's ciphers hold their keys. Its inside makes the difference, so another ssh2 must not bring it back unseen.

import { once } from 'node:events'
import { types } from 'node:util'
import type { Client } from 'ssh2'
import { expect, test } from 'vitest'
import { login, run } from './login.ts'
import { sshdMissing, startSshd } from './sshd.ts'

test.skipIf(sshdMissing)(`keys are key objects, after another exchange of keys too ${sshdMissing ?? ''}`, async () => {
  const sshd = await startSshd('RekeyLimit 16K')
  const client = await login(sshd)
  const first = keysOf(client)
  const again = once(client, 'handshake')
  await run(client, 'head -c 100000 /dev/zero')
  await again
  await run(client, 'true')
  const second = keysOf(client)
  client.end()
  await once(client, 'close')
  sshd.stop()
  expect([...first, ...second].map((key) => types.isKeyObject(key))).toEqual([true, true, true, true])
  expect(first.some((key) => second.includes(key))).toBe(false)
})

function keysOf(client: Client): unknown[] {
  const protocol = Object(Reflect.get(client, '_protocol'))
  const held = (name: string, field: string): unknown => Reflect.get(Object(Reflect.get(protocol, name)), field)
  return [held('_cipher', '_encKey'), held('_decipher', '_decipherKey')]
}
