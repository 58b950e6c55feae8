// One session of an ssh2 server: runs a command in a real `sh` the way OpenSSH's server does. It refuses terminals,
// shells and subsystems. Unlike OpenSSH it gives the command sockets, not pipes: `/dev/stdin` cannot be opened by name.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { homedir } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import type { ServerChannel, Session } from 'ssh2'

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export function serveSession(session: Session, environment: Readonly<Record<string, string>>): void {
  let child: ChildProcessWithoutNullStreams | undefined
  session.on('exec', (accept, reject, { command }) => {
    // OpenSSH allows one command in a session too.
    if (child) return reject()
    child = run(command, environment)
    attach(child, accept())
  })
  session.on('signal', (_accept, _reject, { name }) => {
    if (child?.pid !== undefined) signalGroup(child.pid, `SIG${name}`)
  })
}

// `detached` makes it the leader of a session of its own (setsid), as OpenSSH does.
function run(command: string, environment: Readonly<Record<string, string>>): ChildProcessWithoutNullStreams {
  const env = { PATH, SHELL: '/bin/sh', ...environment }
  return spawn('/bin/sh', ['-c', command], { cwd: homedir(), env, detached: true })
}

function attach(child: ChildProcessWithoutNullStreams, channel: ServerChannel): void {
  child.once('error', () => channel.exit(127))
  // A command that has gone, or no longer reads, is no fault of the server.
  for (const stream of [child.stdin, child.stdout, child.stderr, channel, channel.stderr]) stream.on('error', () => {})
  channel.pipe(child.stdin)
  child.once('exit', (code, signal) => (signal === null ? channel.exit(code ?? 255) : channel.exit(signal)))
  // Not at `exit`: what the command left in the background may still hold its output.
  const sent = sendAll(child, channel)
  child.once('close', () => void sent().then(() => channel.end()))
  // The connection or the channel went away: the command loses its pipes and lives on.
  channel.once('close', () => {
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy()
  })
}

// One write at a time over both streams, and none that would have to wait for the client's window: what waits there ssh2's
// server mixes up, so that stdout is sent twice and stderr never.
function sendAll(child: ChildProcessWithoutNullStreams, channel: ServerChannel): () => Promise<void> {
  let last = Promise.resolve()
  const send = (from: Readable, to: Writable) =>
    from.on('data', (chunk: Buffer) => {
      from.pause()
      last = last.then(() => sendChunk(channel, to, chunk)).then(() => void from.resume())
    })
  send(child.stdout, channel)
  send(child.stderr, channel.stderr)
  return () => last
}

const SLICE_BYTES = 16 * 1024
const WINDOW_POLL_MS = 2

async function sendChunk(channel: ServerChannel, to: Writable, chunk: Buffer): Promise<void> {
  for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
    const slice = chunk.subarray(at, at + SLICE_BYTES)
    while (!channel.destroyed && windowOf(channel) <= slice.length)
      await new Promise((resolve) => setTimeout(resolve, WINDOW_POLL_MS))
    await new Promise<void>((resolve) => void to.write(slice, () => resolve()))
  }
}

/** How many bytes the client takes now; ssh2 has it, and its types do not. */
function windowOf(channel: ServerChannel): number {
  const outgoing: unknown = Reflect.get(channel, 'outgoing')
  const window: unknown =
    typeof outgoing === 'object' && outgoing !== null ? Reflect.get(outgoing, 'window') : undefined
  return typeof window === 'number' ? window : Number.POSITIVE_INFINITY
}

function signalGroup(pid: number, signal: string): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // It has ended, or the name is none of this machine's signals.
  }
}
