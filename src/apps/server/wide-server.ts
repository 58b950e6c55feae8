// An HTTP server that takes several connections in one turn of the event loop, and no more than so many at a time. It knows no
// request.

import { Server, type ServerOptions } from 'node:http'
import { createServer, type ListenOptions, type Server as NetServer, type Socket } from 'node:net'
import type { Listen } from '../../config/listen.ts'

/**
 * Node takes one connection from a listening socket in a turn (libuv 1.45 and later). With a busy embedded store a turn lasts
 * some 60 ms, so one socket would take 16 a second and everybody else would wait for many seconds. Each socket takes one.
 */
const SOCKETS = 8
/** Elsewhere the kernel does not share connections out among sockets of one address. */
const SHARES = process.platform === 'linux'

export class WideServer extends Server {
  readonly #more: NetServer[] = []
  #connections = 0

  /** `most`: connections at a time; whoever is one too many is cut. */
  constructor(options: ServerOptions, most: number) {
    super(options)
    this.on('connection', (socket: Socket) => {
      this.#connections += 1
      socket.once('close', () => {
        this.#connections -= 1
      })
      if (this.#connections > most) socket.destroy()
    })
  }

  /** Rejects with the system's error, also when the address is taken by a process that would share it. */
  async open(listen: Listen): Promise<void> {
    if (!SHARES) return await begin(this, listen)
    const port = await freePort(listen)
    const shared = { ...listen, port, reusePort: true }
    await begin(this, shared)
    for (let socket = 1; socket < SOCKETS; socket += 1) {
      // As `Server` makes its own.
      const more = createServer({ allowHalfOpen: true, noDelay: true }, (connection) => {
        this.emit('connection', connection)
      })
      this.#more.push(more)
      await begin(more, shared)
    }
  }

  override close(done?: (error?: Error) => void): this {
    for (const more of this.#more) more.close()
    return super.close(done)
  }
}

/** The port, when nobody has it. */
async function freePort(listen: Listen): Promise<number> {
  const probe = createServer()
  await begin(probe, listen)
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return typeof address === 'object' && address ? address.port : listen.port
}

function begin(server: NetServer, listen: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(listen, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
