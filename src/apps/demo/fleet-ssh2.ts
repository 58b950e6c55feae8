// Runs ssh2's server for one host of a fleet, where no OpenSSH is installed. It accepts one key, and nothing but commands
// and forwarding to loopback.

import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import ssh2 from 'ssh2'
import type { Daemon, DaemonSettings } from './fleet-daemon.ts'
import { hostEnvironment } from './fleet-environment.ts'
import type { FleetHost } from './fleet-layout.ts'
import { forward } from './fleet-ssh2-forward.ts'
import { serveSession } from './fleet-ssh2-session.ts'

/** A server for the one host of `settings`, inside this process. */
export function ssh2Daemon(settings: DaemonSettings & { hosts: readonly [FleetHost] }): Daemon {
  const [host] = settings.hosts
  const accept = acceptor(settings, host)
  let server: Server | undefined
  let paused = false
  const sockets = new Set<Socket>()
  const waiting = new Set<Socket>()
  const take = (socket: Socket) => {
    sockets.add(socket.setNoDelay(true))
    socket.on('error', () => {}).once('close', () => sockets.delete(socket))
    if (paused) waiting.add(socket)
    else accept(socket)
  }
  return {
    hosts: [host.name],
    async start() {
      server = createServer(take)
      server.listen(host.port, host.address)
      await once(server, 'listening')
    },
    async stop() {
      const stopping = server
      server = undefined
      for (const socket of sockets) socket.destroy()
      waiting.clear()
      if (stopping) await new Promise((resolve) => stopping.close(resolve))
    },
    pause() {
      paused = true
      for (const socket of sockets) socket.pause().cork()
    },
    resume() {
      paused = false
      for (const socket of waiting) if (!socket.destroyed) accept(socket)
      for (const socket of sockets) {
        socket.uncork()
        socket.resume()
      }
      waiting.clear()
    },
  }
}

// ssh2's own listener never listens here: connections are handed to it, so that a paused host can hold them back.
function acceptor(settings: DaemonSettings, host: FleetHost): (socket: Socket) => void {
  const allowed = publicKey(settings.clientKey.publicLine)
  const environment = hostEnvironment(host, settings.root)
  const server = new ssh2.Server({ hostKeys: [settings.hostKey.privateText] }, (client) => {
    client.on('error', () => {})
    client.on('authentication', (attempt) => {
      if (mayEnter(attempt, { allowed, user: host.user })) attempt.accept()
      else attempt.reject(['publickey'])
    })
    client.on('session', (open) => serveSession(open(), { ...environment, USER: host.user, LOGNAME: host.user }))
    client.on('tcpip', forward)
  })
  return (socket) => server.injectSocket(socket)
}

function mayEnter(attempt: ssh2.AuthContext, expected: { allowed: ssh2.ParsedKey; user: string }): boolean {
  const { allowed, user } = expected
  if (attempt.method !== 'publickey' || attempt.username !== user) return false
  if (attempt.key.algo !== allowed.type || !attempt.key.data.equals(allowed.getPublicSSH())) return false
  const { signature, blob } = attempt
  // Without a signature the client only asks whether this key would do.
  return !signature || !blob || allowed.verify(blob, signature) === true
}

function publicKey(line: string): ssh2.ParsedKey {
  const parsed = ssh2.utils.parseKey(line)
  if (parsed instanceof Error) throw parsed
  return Array.isArray(parsed) ? parsed[0] : parsed
}
