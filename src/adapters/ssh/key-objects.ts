// Gives ssh2's ciphers their keys as Node's key objects. ssh2 makes a cipher for every packet, from the key's bytes, and Node
// takes four times as long to make one from bytes. It must not change which key or which cipher is used.

import { createSecretKey } from 'node:crypto'
import type { Client } from 'ssh2'

/** Where ssh2's AES-GCM keeps the key of each direction. A cipher without such a field is left alone. */
const KEYS = [
  ['_cipher', '_encKey'],
  ['_decipher', '_decipherKey'],
] as const

/** To be called before `connect`; each exchange of keys makes new ciphers. */
export function useKeyObjects(client: Client): void {
  client.on('handshake', () => {
    const protocol: unknown = Reflect.get(client, '_protocol')
    for (const [holder, field] of KEYS) {
      const cipher: unknown = Reflect.get(Object(protocol), holder)
      const key: unknown = Reflect.get(Object(cipher), field)
      if (Buffer.isBuffer(key)) Reflect.set(Object(cipher), field, createSecretKey(key))
    }
  })
}
