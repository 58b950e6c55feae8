// Cuts a stream of bytes into lines of JSON. A line that is too long ends the conversation instead of filling the memory.

import type { Socket } from 'node:net'
import { LONGEST_LINE_BYTES } from './protocol.ts'

/** `take` gets each line as a value; a line that is no JSON comes as `undefined`. */
export function readLines(socket: Socket, take: (value: unknown) => void): void {
  let parts: Buffer[] = []
  let bytes = 0
  socket.on('data', (chunk: Buffer) => {
    let rest = chunk
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      const line = Buffer.concat([...parts, rest.subarray(0, end)]).toString('utf8')
      parts = []
      bytes = 0
      rest = rest.subarray(end + 1)
      take(parse(line))
    }
    parts.push(rest)
    bytes += rest.length
    if (bytes > LONGEST_LINE_BYTES) socket.destroy(new Error('a line of the control socket is too long'))
  })
}

/** Resolves when the other end can take more; at once when the socket is gone. */
export async function writeLine(socket: Socket, value: unknown): Promise<void> {
  if (socket.destroyed || socket.write(`${JSON.stringify(value)}\n`)) return
  await new Promise<void>((resolve) => {
    const done = () => {
      socket.off('drain', done)
      socket.off('close', done)
      resolve()
    }
    socket.on('drain', done)
    socket.on('close', done)
  })
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
