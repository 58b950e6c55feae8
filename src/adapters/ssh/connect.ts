// Brings a host's connection about: dial cap, jumps shared between hosts, a few patient retries when a server is too busy.

import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import type { Host } from '../../core/fleet.ts'
import type { Address, Dialler } from './dial.ts'
import { DialError } from './dial-error.ts'
import type { DialLimit } from './dial-limit.ts'

/** A live connection; `release` ends it, and its jumps when nobody else uses them. */
export type Connection = { client: Client; release(): void }

export type Connect = (host: Host) => Promise<Connection>

const BACKOFFS_MS = [250, 1_000, 4_000]

export function createConnect(dialler: Dialler, limit: DialLimit): Connect {
  const shared = new Map<string, { connection: Promise<Connection>; users: number }>()

  async function dialOnce(to: Address, through?: Connection): Promise<Client> {
    const done = await limit()
    try {
      return await dialler(to, through && (await forward(through.client, to)))
    } finally {
      done()
    }
  }

  async function dial(to: Address, through?: Connection): Promise<Client> {
    for (const backoffMs of BACKOFFS_MS) {
      try {
        return await dialOnce(to, through)
      } catch (error) {
        if (!(error instanceof DialError && error.again)) throw error
      }
      await new Promise((resolve) => setTimeout(resolve, backoffMs * (0.5 + Math.random())))
    }
    return dialOnce(to, through)
  }

  async function through(jumps: Host['jumps']): Promise<Connection | undefined> {
    const last = jumps.at(-1)
    if (!last) return undefined
    const key = JSON.stringify(jumps)
    const entry = shared.get(key) ?? { connection: open(last, jumps.slice(0, -1)), users: 0 }
    if (entry.users === 0) shared.set(key, entry)
    entry.users += 1
    const leave = () => {
      entry.users -= 1
      if (entry.users > 0) return
      if (shared.get(key) === entry) shared.delete(key)
      entry.connection.then((connection) => connection.release()).catch(() => {})
    }
    try {
      const { client } = await entry.connection
      client.once('close', () => shared.get(key) === entry && shared.delete(key))
      return { client, release: leave }
    } catch (cause) {
      leave()
      throw viaJump(cause)
    }
  }

  async function open(to: Address, jumps: Host['jumps']): Promise<Connection> {
    const jump = await through(jumps)
    try {
      const client = await dial(to, jump)
      client.setMaxListeners(0)
      const release = () => {
        client.end()
        jump?.release()
      }
      return { client, release }
    } catch (error) {
      jump?.release()
      throw error
    }
  }

  return (host) => open(host, host.jumps)
}

function viaJump(error: unknown): DialError {
  if (!(error instanceof DialError)) return new DialError('jump host failed', { cause: error })
  return new DialError(`jump host: ${error.signature}`, { explanation: error.explanation, cause: error })
}

function forward(client: Client, to: Address): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => reject(new DialError('the jump host could not reach it', { cause }))
    try {
      client.forwardOut('127.0.0.1', 0, to.address, to.port, (error, channel) =>
        error ? fail(error) : resolve(channel),
      )
    } catch (cause) {
      fail(cause)
    }
  })
}
