// The server's end of a WebSocket (RFC 6455): the handshake, and frames of text without extensions. What a client of Socket
// Mode needs, and no more.

import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

const KEY = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const [TEXT, CLOSE, PING, PONG] = [0x1, 0x8, 0x9, 0xa]

type Frame = { opcode: number; payload: Buffer; rest: Buffer }

export class WebSocketEnd {
  readonly #socket: Duplex
  #unread = Buffer.alloc(0)
  onText: (text: string) => void = () => {}
  onEnd: () => void = () => {}

  constructor(request: IncomingMessage, socket: Duplex) {
    this.#socket = socket
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${KEY}`).digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('error', () => {})
    socket.on('close', () => this.onEnd())
  }

  send(text: string): void {
    this.#write(TEXT, Buffer.from(text))
  }

  ping(): void {
    this.#write(PING, Buffer.from('ping'))
  }

  /** Without a word, as a network does it. */
  cut(): void {
    this.#socket.destroy()
  }

  #write(opcode: number, payload: Buffer): void {
    if (this.#socket.destroyed) return
    this.#socket.write(Buffer.concat([Buffer.from([0x80 | opcode]), lengthOf(payload), payload]))
  }

  #take(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk])
    for (let frame = readFrame(this.#unread); frame; frame = readFrame(this.#unread)) {
      this.#unread = Buffer.from(frame.rest)
      if (frame.opcode === TEXT) this.onText(frame.payload.toString())
      if (frame.opcode === PING) this.#write(PONG, frame.payload)
      if (frame.opcode === CLOSE) {
        this.#write(CLOSE, frame.payload)
        this.#socket.end()
      }
    }
  }
}

/** A client's frames are masked. `undefined`: it is not there whole. */
function readFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < 2) return undefined
  const short = bytes.readUInt8(1) & 0x7f
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0
  const start = 2 + lengthBytes + 4
  if (bytes.length < start) return undefined
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short
  if (bytes.length < start + length) return undefined
  const mask = bytes.subarray(start - 4, start)
  const payload = Buffer.from(bytes.subarray(start, start + length).map((byte, at) => byte ^ (mask[at % 4] ?? 0)))
  return { opcode: bytes.readUInt8(0) & 0x0f, payload, rest: bytes.subarray(start + length) }
}

function lengthOf({ length }: Buffer): Buffer {
  if (length < 126) return Buffer.from([length])
  const head = Buffer.from(length < 65_536 ? [126, 0, 0] : [127, 0, 0, 0, 0, 0, 0, 0, 0])
  if (length < 65_536) head.writeUInt16BE(length, 1)
  else head.writeBigUInt64BE(BigInt(length), 1)
  return head
}
