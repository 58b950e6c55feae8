// Several connections are taken in one turn of the event loop, never more than so many are held, and an address is still one process's.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { WideServer } from '../../../src/apps/server/wide-server.ts'

const HOST = '127.0.0.1'
const ends: (() => void)[] = []

afterEach(() => {
  for (const end of ends.splice(0)) end()
})

async function open(most = 500, port = 0): Promise<{ server: WideServer; port: number }> {
  const server = new WideServer({}, most)
  ends.push(() => {
    server.close()
    server.closeAllConnections()
  })
  await server.open({ host: HOST, port })
  const address = server.address()
  return { server, port: typeof address === 'object' && address ? address.port : 0 }
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, HOST)
  socket.on('error', () => {})
  ends.push(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

const dialAll = (port: number, count: number) => Promise.all(Array.from({ length: count }, () => dial(port)))

it.runIf(process.platform === 'linux')('takes several connections in a turn', async () => {
  const { server, port } = await open()
  let turns = 0
  let taken = 0
  const most: number[] = []
  const count = () => {
    turns += 1
    most.push(taken)
    taken = 0
    if (turns < 10_000 && most.reduce((sum, each) => sum + each, 0) < 64) setImmediate(count)
  }
  server.on('connection', () => {
    taken += 1
  })
  // The kernel has accepted all of them before the loop turns again.
  const dialled = dialAll(port, 64)
  setImmediate(count)
  await dialled
  await new Promise((resolve) => setImmediate(resolve))
  expect(Math.max(...most)).toBeGreaterThan(1)
})

it('cuts whoever is one too many, and takes others when there is room again', async () => {
  const { server, port } = await open(3)
  let closed = 0
  const sockets = await dialAll(port, 5)
  await new Promise<void>((resolve) => {
    for (const socket of sockets)
      socket.resume().once('close', () => {
        closed += 1
        if (closed === 2) resolve()
      })
  })
  const stayed = sockets.filter((socket) => !socket.closed)
  expect(stayed).toHaveLength(3)
  for (const socket of stayed) socket.destroy()
  await Promise.all(stayed.map((socket) => socket.closed || once(socket, 'close')))
  const [, reply] = await Promise.all([once(server, 'request').then(([, answer]) => answer.end('ok')), ask(port)])
  expect(reply).toContain('ok')
})

it('refuses an address that another server shares among its own sockets', async () => {
  const { port } = await open()
  const second = new WideServer({}, 1)
  await expect(second.open({ host: HOST, port })).rejects.toThrow(/EADDRINUSE/)
  second.close()
})

it('gives the address back when it is closed', async () => {
  const { server, port } = await open()
  server.close()
  await expect(open(1, port)).resolves.toMatchObject({ port })
})

/** Until the server has noticed that there is room. */
async function ask(port: number): Promise<string> {
  for (;;) {
    const socket = await dial(port)
    socket.write('GET / HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n')
    let text = ''
    for await (const chunk of socket) text += chunk
    if (text !== '') return text
  }
}
