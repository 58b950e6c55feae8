// Slack's end of Socket Mode: connections that were announced by apps.connections.open, envelopes that go over one of them, and
// their acknowledgements. It makes no payloads.

import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { z } from 'zod'
import { WebSocketEnd } from './websocket.ts'

export type EnvelopeType = 'slash_commands' | 'events_api' | 'interactive'

type Waiting = { done: (payload: unknown) => void; fail: (why: Error) => void; over: WebSocketEnd }

const ackShape = z.object({ envelope_id: z.string(), payload: z.unknown() })

export class SocketMode {
  readonly #tickets = new Set<string>()
  readonly #waiting = new Map<string, Waiting>()
  readonly #arrivals: (() => void)[] = []
  readonly connections: WebSocketEnd[] = []
  /** How many there ever were. */
  opened = 0

  /** What apps.connections.open answers with. */
  ticket(origin: string): string {
    const ticket = randomUUID()
    this.#tickets.add(ticket)
    return `${origin.replace(/^http/, 'ws')}/link/?ticket=${ticket}`
  }

  upgrade(request: IncomingMessage, socket: Duplex): void {
    const ticket = new URL(request.url ?? '', 'http://here').searchParams.get('ticket') ?? ''
    if (!this.#tickets.delete(ticket)) return void socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n')
    const end = new WebSocketEnd(request, socket)
    end.onText = (text) => this.#take(text)
    end.onEnd = () => this.#leave(end)
    this.connections.push(end)
    this.opened += 1
    end.send(
      JSON.stringify({
        type: 'hello',
        num_connections: this.connections.length,
        connection_info: { app_id: 'A0HOUSTON' },
      }),
    )
    for (const arrived of this.#arrivals.splice(0)) arrived()
  }

  /** Resolves when there was a connection since the stand-in began `after` of them. */
  async connected(after = 0): Promise<void> {
    while (this.opened <= after || this.connections.length === 0)
      await new Promise<void>((resolve) => this.#arrivals.push(resolve))
  }

  /** Resolves with the payload of the acknowledgement; rejects when the connection ends before. */
  async send(type: EnvelopeType, payload: object, more: object = {}): Promise<unknown> {
    await this.connected()
    const over = this.connections[this.connections.length - 1]
    if (!over) throw new Error('nobody is connected')
    const id = randomUUID()
    const text = JSON.stringify({ envelope_id: id, type, accepts_response_payload: true, payload, ...more })
    return await new Promise((done, fail) => {
      this.#waiting.set(id, { done, fail, over })
      over.send(text)
    })
  }

  /** Tells every client that its connection is about to be recycled. */
  refresh(): void {
    for (const each of this.connections) each.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }))
  }

  cut(): void {
    for (const each of [...this.connections]) each.cut()
  }

  #take(text: string): void {
    const { envelope_id, payload } = ackShape.parse(JSON.parse(text))
    this.#waiting.get(envelope_id)?.done(payload)
    this.#waiting.delete(envelope_id)
  }

  #leave(end: WebSocketEnd): void {
    const at = this.connections.indexOf(end)
    if (at >= 0) this.connections.splice(at, 1)
    for (const [id, { over, fail }] of this.#waiting) {
      if (over !== end) continue
      this.#waiting.delete(id)
      fail(new Error('the connection ended before the acknowledgement'))
    }
  }
}
