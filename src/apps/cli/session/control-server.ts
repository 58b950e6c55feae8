// Serves a session to other processes of this user over a Unix socket. Every request is parsed before it is carried out.

import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { readLines, writeLine } from './lines.ts'
import { CANCEL, INPUTS, type Operation, PROTOCOL, request, target, WATCH } from './protocol.ts'
import type { Session } from './session.ts'

type Served = Omit<Session, 'place' | 'idle' | 'close'>

export class ControlServer {
  readonly #server: Server
  readonly #session: Served
  readonly #sockets = new Set<Socket>()
  readonly #working = new Set<Promise<void>>()
  #path = ''
  #served = 0

  constructor(session: Served) {
    this.#session = session
    this.#server = createServer((socket) => this.#greet(socket))
  }

  async listen(path: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(path, resolve)
    })
    chmodSync(path, 0o600)
    this.#path = path
  }

  /** How many requests were taken so far. */
  get served(): number {
    return this.#served
  }

  /**
   * Resolves when what was begun is answered and, within `graceMs`, when the others have hung up: whoever followed a rollout
   * has a last question after its end.
   */
  async finish(graceMs: number): Promise<void> {
    while (this.#working.size > 0) await Promise.allSettled(this.#working)
    let cancel: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      cancel = setTimeout(resolve, graceMs)
    })
    const closed = Promise.all(
      [...this.#sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))),
    )
    await Promise.race([closed, late])
    clearTimeout(cancel)
  }

  close(): void {
    this.#server.close()
    if (this.#path) rmSync(this.#path, { force: true })
    for (const socket of this.#sockets) socket.end()
    for (const socket of this.#sockets) socket.unref()
  }

  #greet(socket: Socket): void {
    const watches = new Map<number, AbortController>()
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#sockets.delete(socket)
      for (const watch of watches.values()) watch.abort()
    })
    readLines(socket, (value) => this.#take({ socket, watches }, value))
    void writeLine(socket, { kind: 'hello', protocol: PROTOCOL, pid: process.pid })
  }

  #take(caller: Caller, value: unknown): void {
    const parsed = request.safeParse(value)
    if (!parsed.success) {
      caller.socket.destroy()
      return
    }
    const { id, operation, input } = parsed.data
    this.#served += 1
    if (operation === CANCEL) caller.watches.get(id)?.abort()
    else if (operation === WATCH) void this.#stream(caller, id, input)
    else this.#track(this.#answer(caller, { id, operation, input }))
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#working.delete(tracked))
    this.#working.add(tracked)
  }

  async #answer({ socket }: Caller, { id, operation, input }: { id: number; operation: string; input: unknown }) {
    try {
      if (!isOperation(operation)) throw new Error(`unknown operation ${JSON.stringify(operation)}`)
      await writeLine(socket, { id, kind: 'value', value: await this.#perform(operation, input) })
    } catch (error) {
      await writeLine(socket, { id, kind: 'error', message: messageOf(error) })
    }
  }

  #perform(operation: Operation, input: unknown): Promise<unknown> {
    const session = this.#session
    switch (operation) {
      case 'targets':
        return session.targets()
      case 'plan':
        return session.plan(INPUTS.plan.parse(input))
      case 'deploy':
        return session.deploy(INPUTS.deploy.parse(input))
      case 'rollback':
        return session.rollback(INPUTS.rollback.parse(input))
      case 'ask':
        return session.ask(INPUTS.ask.parse(input))
      case 'changeLock':
        return session.changeLock(INPUTS.changeLock.parse(input))
      case 'locks':
        return session.locks(INPUTS.locks.parse(input))
      case 'audit':
        return session.audit(INPUTS.audit.parse(input))
      case 'status':
        return session.status(INPUTS.status.parse(input))
      case 'history':
        return session.history(INPUTS.history.parse(input))
      case 'past':
        return session.past(INPUTS.past.parse(input))
      case 'where':
        return session.where(INPUTS.where.parse(input))
      case 'hosts':
        return session.hosts(INPUTS.hosts.parse(input))
      case 'log':
        return session.log(INPUTS.log.parse(input))
      default:
        return operation satisfies never
    }
  }

  async #stream({ socket, watches }: Caller, id: number, input: unknown): Promise<void> {
    const cancel = new AbortController()
    watches.set(id, cancel)
    try {
      for await (const value of this.#session.watch(target.parse(input), cancel.signal)) {
        if (cancel.signal.aborted) break
        await writeLine(socket, { id, kind: 'item', value })
      }
      await writeLine(socket, { id, kind: 'end' })
    } catch (error) {
      await writeLine(socket, { id, kind: 'error', message: messageOf(error) })
    } finally {
      watches.delete(id)
    }
  }
}

type Caller = { socket: Socket; watches: Map<number, AbortController> }

function isOperation(text: string): text is Operation {
  return Object.hasOwn(INPUTS, text)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
