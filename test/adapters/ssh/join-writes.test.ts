// How many pieces a connection sends. ssh2's inside is what makes the difference, so another ssh2 must not change it unseen.

import { once } from 'node:events'
import { connect } from 'node:net'
import { Duplex } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { joinWrites } from '../../../src/adapters/ssh/join-writes.ts'
import { login, run } from './login.ts'
import { sshdMissing, startSshd } from './sshd.ts'

/** Text of each piece that reached the other end of a stream. */
function record(): { stream: Duplex; pieces: string[] } {
  const pieces: string[] = []
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      pieces.push(chunk.toString('latin1'))
      done()
    },
    writev(chunks, done) {
      pieces.push(chunks.map(({ chunk }) => chunk.toString('latin1')).join(''))
      done()
    },
  })
  return { stream, pieces }
}

test('what is written in one turn is one piece, in its order; the next turn is another', async () => {
  const { stream, pieces } = record()
  joinWrites(stream)
  for (const part of ['a', 'b', 'c']) stream.write(part)
  expect(pieces).toEqual([])
  await new Promise(process.nextTick)
  stream.write('d')
  await new Promise(setImmediate)
  expect(pieces).toEqual(['abc', 'd'])
})

test('what is written just before the end arrives, and its callbacks are called', async () => {
  const { stream, pieces } = record()
  joinWrites(stream)
  const written = new Promise<void>((resolve) => stream.write('a', () => resolve()))
  stream.end('b')
  await Promise.all([written, once(stream, 'finish')])
  expect(pieces.join('')).toBe('ab')
})

describe.skipIf(sshdMissing)(`an OpenSSH server ${sshdMissing ?? ''}`, () => {
  test('a login and an exec take a piece for each answer, however many packets and parts it has', async () => {
    const sshd = await startSshd()
    const socket = connect({ host: '127.0.0.1', port: sshd.port })
    const pieces = countPieces(socket)
    const client = await login(sshd, socket)
    await run(client, 'true')
    client.end()
    await once(client, 'close')
    sshd.stop()
    // Name, key exchange begun and ended, login, session, exec, channel closed, farewell; and the first may come in two.
    expect(pieces()).toBeLessThanOrEqual(10)
  })
})

function countPieces(socket: Duplex): () => number {
  let pieces = 0
  for (const name of ['_write', '_writev'] as const) {
    const send: unknown = socket[name]
    if (typeof send !== 'function') throw new Error(`a socket without ${name}`)
    Object.assign(socket, {
      [name]: (...part: unknown[]) => {
        pieces += 1
        Reflect.apply(send, socket, part)
      },
    })
  }
  return () => pieces
}
