// The process of the light SSH server: one listener an address, one key, and an answer for every command without running it.

import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import ssh2, { type ServerChannel } from 'ssh2'
import { z } from 'zod'
import { answerScript, type Begun } from './light-host.ts'

const question = z.union([
  z.object({
    kind: z.literal('open'),
    addresses: z.array(z.string()),
    hostKey: z.string(),
    clientKey: z.string(),
    user: z.string(),
  }),
  z.object({ kind: z.literal('served') }),
  z.object({ kind: z.literal('begun'), rollout: z.string() }),
])

let served = 0
const begun = new Map<string, { first: number; last: number; firstHost: string }>()

process.on('message', async (message) => {
  const asked = question.parse(message)
  if (asked.kind === 'served') {
    process.send?.({ served })
    served = 0
    return
  }
  if (asked.kind === 'begun') {
    process.send?.({ begun: begun.get(asked.rollout) })
    return
  }
  try {
    process.send?.({ port: await open(asked) })
  } catch (error) {
    process.send?.({ error: String(error) })
  }
})
process.once('disconnect', () => process.exit(0))

type Hosts = Extract<z.infer<typeof question>, { kind: 'open' }>

async function open(hosts: Hosts): Promise<number> {
  const take = acceptor(hosts)
  const [first = '127.0.0.1', ...others] = hosts.addresses
  const address = (await listen({ take, address: first, port: 0 })).address()
  const port = typeof address === 'object' && address ? address.port : 0
  await Promise.all(others.map((other) => listen({ take, address: other, port })))
  return port
}

async function listen(at: { take(socket: Socket): void; address: string; port: number }): Promise<Server> {
  const server = createServer({ noDelay: true }, at.take).listen({ port: at.port, host: at.address, backlog: 64 })
  await once(server, 'listening')
  return server
}

function acceptor({ hostKey, clientKey, user }: Hosts): (socket: Socket) => void {
  const allowed = ssh2.utils.parseKey(clientKey)
  if (allowed instanceof Error) throw allowed
  // The quickest that the rivals know; Net::SSH has neither curve25519 (without a gem more) nor GCM.
  const algorithms: ssh2.Algorithms = {
    kex: ['curve25519-sha256', 'ecdh-sha2-nistp256'],
    cipher: ['aes128-gcm@openssh.com', 'aes128-ctr'],
  }
  const server = new ssh2.Server({ hostKeys: [hostKey], algorithms }, (client) => {
    client.on('error', () => {})
    client.on('authentication', (attempt) => {
      if (mayEnter(attempt, allowed, user)) attempt.accept()
      else attempt.reject(['publickey'])
    })
    client.on('session', (accept) => serve(accept()))
  })
  return (socket) => server.injectSocket(socket)
}

function mayEnter(attempt: ssh2.AuthContext, allowed: ssh2.ParsedKey, user: string): boolean {
  if (attempt.method !== 'publickey' || attempt.username !== user) return false
  if (!attempt.key.data.equals(allowed.getPublicSSH())) return false
  const { signature, blob } = attempt
  return !signature || !blob || allowed.verify(blob, signature) === true
}

function serve(session: ssh2.Session): void {
  session.on('exec', (accept, _reject, { command }) => {
    const channel: ServerChannel = accept()
    channel.on('error', () => {})
    if (command === 'exec sh') return answerScript(channel, note)
    served += 1
    channel.exit(0)
    channel.end()
  })
}

function note({ rollout, host }: Begun): void {
  const at = Date.now()
  const { first = at, firstHost = host } = begun.get(rollout) ?? {}
  begun.set(rollout, { first, last: at, firstHost })
  served += 1
}
