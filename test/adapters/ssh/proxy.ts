// A TCP proxy in front of a test's server: a connection can be cut or go silent in the middle of a step.

import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type TcpProxy = {
  port: number
  /** Connections accepted so far. */
  count(): number
  /** Ends every open connection at once. */
  cut(): void
  /** Open connections carry nothing any more, in either direction, and stay open. */
  silence(): void
  /** Cuts the next connection that sends so many bytes, once. */
  cutAfter(bytes: number): void
  /** While true, new connections are closed before a byte. */
  refuse(yes: boolean): void
  /** New connections hear nothing until the returned function is called. */
  hold(): () => void
  close(): void
}

export async function startProxy(target: number): Promise<TcpProxy> {
  const open = new Set<Socket>()
  let accepted = 0
  let refusing = false
  let budget = Number.POSITIVE_INFINITY
  let held: (() => void)[] | undefined
  function join(client: Socket) {
    const upstream = connect(target, '127.0.0.1')
    client.on('data', (chunk) => {
      budget -= chunk.length
      if (budget > 0) return
      budget = Number.POSITIVE_INFINITY
      client.destroy()
    })
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from)
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => open.delete(from) && to.destroy())
    }
  }
  const server = createServer((client) => {
    accepted += 1
    if (refusing) {
      client.resetAndDestroy()
      return
    }
    if (held) held.push(() => join(client))
    else join(client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    count: () => accepted,
    cut: () => {
      for (const socket of open) socket.destroy()
    },
    silence: () => {
      for (const socket of open) socket.unpipe().pause()
      open.clear()
    },
    cutAfter: (bytes) => {
      budget = bytes
    },
    refuse: (yes) => {
      refusing = yes
    },
    hold() {
      const mine: (() => void)[] = []
      held = mine
      return () => {
        held = undefined
        for (const go of mine) go()
      }
    },
    close: () => {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}
