// Sends in one piece what is written in one turn. ssh2 writes the length, the body and the tag of each packet apart, and each
// would wake the server for a part that it cannot use. It must not hold anything back beyond the turn, nor change its order.

import type { Duplex } from 'node:stream'

export function joinWrites(socket: Duplex): void {
  const write = socket.write
  let joining = false
  const flush = () => {
    joining = false
    socket.uncork()
  }
  const join = (...part: Parameters<typeof write>) => {
    if (!joining) {
      joining = true
      socket.cork()
      process.nextTick(flush)
    }
    return write.apply(socket, part)
  }
  Object.assign(socket, { write: join })
}
