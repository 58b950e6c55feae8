// What a server tells after a login is not asked about. ssh2's inside does the asking, so another ssh2 must not bring it back.

import { once } from 'node:events'
import { expect, test } from 'vitest'
import { login, run } from './login.ts'
import { sshdMissing, startSshd } from './sshd.ts'

test.skipIf(sshdMissing)(`OpenSSH is not asked to prove its host keys ${sshdMissing ?? ''}`, async () => {
  const sshd = await startSshd()
  const client = await login(sshd)
  let proved = 0
  client.on('hostkeys', () => {
    proved += 1
  })
  // Offered before the first command is answered; a proof that was asked for then would come before the second's answer.
  await run(client, 'true')
  await run(client, 'true')
  client.end()
  await once(client, 'close')
  sshd.stop()
  expect(proved).toBe(0)
})
