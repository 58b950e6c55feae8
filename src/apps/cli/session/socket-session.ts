// A session whose work is done by another process of this machine: the one that holds the embedded store.

import { connect, type Socket } from 'node:net'
import type { z } from 'zod'
import { AsyncQueue } from './async-queue.ts'
import { readLines, writeLine } from './lines.ts'
import { type Answers, CANCEL, type INPUTS, type Operation, PROTOCOL, type Reply, reply, WATCH } from './protocol.ts'
import { type DeployOrder, type Look, type Session, type Target, wholeRequest } from './session.ts'

/** The other process went away before it answered. What it had committed stays. */
export class PeerGone extends Error {
  constructor() {
    super(
      'The process that holds the data directory ended before it answered. Look with `houston status`, then ask again.',
    )
    this.name = 'PeerGone'
  }
}

/** Nobody listens on the socket (yet, or any more). */
export class PeerAbsent extends Error {
  constructor(cause: unknown) {
    super('The process that holds the data directory cannot be reached.', { cause })
    this.name = 'PeerAbsent'
  }
}

/** Throws `PeerAbsent`. */
export async function openSocketSession(path: string): Promise<Session> {
  const socket = connect(path)
  return await new Promise<Session>((resolve, reject) => {
    const session = new SocketSession(socket, resolve, reject)
    socket.once('error', (error) => reject(new PeerAbsent(error)))
    socket.once('close', () => reject(new PeerAbsent('closed')))
    readLines(socket, (value) => session.hear(value))
  })
}

type Waiting = { take(value: unknown): void; end(): void; fail(error: Error): void }

class SocketSession implements Session {
  place: Session['place'] = { kind: 'other', pid: 0 }
  readonly #socket: Socket
  readonly #ready: (session: Session) => void
  readonly #refuse: (error: Error) => void
  readonly #waiting = new Map<number, Waiting>()
  #last = 0

  constructor(socket: Socket, ready: (session: Session) => void, refuse: (error: Error) => void) {
    this.#socket = socket
    this.#ready = ready
    this.#refuse = refuse
    socket.on('error', () => {})
    socket.on('close', () => {
      for (const waiting of this.#waiting.values()) waiting.fail(new PeerGone())
      this.#waiting.clear()
    })
  }

  hear(value: unknown): void {
    const parsed = reply.safeParse(value)
    if (!parsed.success) this.#socket.destroy()
    else if (parsed.data.kind === 'hello') this.#greet(parsed.data)
    else this.#deliver(parsed.data)
  }

  #greet({ protocol, pid }: { protocol: number; pid: number }): void {
    this.place = { kind: 'other', pid }
    if (protocol === PROTOCOL) this.#ready(this)
    else this.#refuse(new Error(`Process ${pid} runs another version of Houston: use the same one here.`))
  }

  #deliver(message: Exclude<Reply, { kind: 'hello' }>): void {
    const waiting = this.#waiting.get(message.id)
    if (!waiting) return
    if (message.kind === 'value' || message.kind === 'item') waiting.take(message.value)
    if (message.kind === 'item') return
    this.#waiting.delete(message.id)
    if (message.kind === 'error') waiting.fail(new Error(message.message))
    else waiting.end()
  }

  targets = () => this.#call('targets', null)
  plan = (order: DeployOrder) => this.#call('plan', wholeRequest(order))
  deploy = (order: DeployOrder) => this.#call('deploy', wholeRequest(order))
  rollback = (input: Input<'rollback'>) => this.#call('rollback', input)
  ask = (input: Input<'ask'>) => this.#call('ask', input)
  changeLock = (input: Input<'changeLock'>) => this.#call('changeLock', input)
  locks = (input: Input<'locks'>) => this.#call('locks', input)
  audit = (input: Input<'audit'>) => this.#call('audit', input)
  status = (input: Input<'status'>) => this.#call('status', input)
  history = (input: Input<'history'>) => this.#call('history', input)
  past = (input: Input<'past'>) => this.#call('past', input)
  where = (input: Input<'where'>) => this.#call('where', input)
  hosts = (input: Input<'hosts'>) => this.#call('hosts', input)
  log = (input: Input<'log'>) => this.#call('log', input)

  async *watch(target: Target, signal: AbortSignal): AsyncGenerator<Look> {
    const looks = new AsyncQueue<Look>()
    const id = this.#send(WATCH, target, {
      take: (value) => looks.put(trusted<Look>(value)),
      end: () => looks.end(),
      fail: (error) => looks.end(error),
    })
    const cancel = () => {
      void writeLine(this.#socket, { id, operation: CANCEL, input: null })
      looks.end()
    }
    signal.addEventListener('abort', cancel, { once: true })
    try {
      yield* looks.read()
    } finally {
      signal.removeEventListener('abort', cancel)
      this.#waiting.delete(id)
    }
  }

  idle(): Promise<void> {
    return Promise.resolve()
  }

  close(): Promise<void> {
    this.#socket.destroy()
    return Promise.resolve()
  }

  #call<K extends Operation>(operation: K, input: Input<K>): Promise<Answers[K]> {
    return new Promise((resolve, reject) => {
      const take = (value: unknown) => resolve(trusted<Answers[K]>(value))
      this.#send(operation, input, { take, end: () => {}, fail: reject })
    })
  }

  #send(operation: string, input: unknown, waiting: Waiting): number {
    const id = ++this.#last
    if (this.#socket.destroyed) {
      waiting.fail(new PeerGone())
      return id
    }
    this.#waiting.set(id, waiting)
    void writeLine(this.#socket, { id, operation, input })
    return id
  }
}

type Input<K extends Operation> = z.infer<(typeof INPUTS)[K]>

/** The boundary of trust: the envelope was parsed, and the answer was made by this same code in a process of this same user. */
function trusted<T>(value: unknown): T {
  return value as T
}
