// Asks a host's application through its SSH connection whether it is well: TCP or HTTP, from the host's own side.

import type { Client, ClientChannel } from 'ssh2'
import type { Check, Validation } from '../../core/recipe.ts'

export type RemoteCheck = Exclude<Check, { kind: 'command' }>

/** `undefined`: well. A text: what was wrong at the last attempt. */
export async function validate(
  client: Client,
  validation: Validation & { check: RemoteCheck },
  signal: AbortSignal,
): Promise<string | undefined> {
  for (let attempt = 0; ; attempt++) {
    const trouble = await tryOnce(client, validation.check, validation.timeoutMs)
    if (trouble === undefined || attempt >= validation.retries || signal.aborted) return trouble
    await pause(validation.intervalMs, signal)
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}

function tryOnce(client: Client, check: RemoteCheck, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    let channel: ClientChannel | undefined
    const timer = setTimeout(() => end(`no answer within ${timeoutMs / 1_000} s`), timeoutMs)
    function end(trouble: string | undefined) {
      clearTimeout(timer)
      channel?.destroy()
      resolve(trouble)
    }
    try {
      client.forwardOut('127.0.0.1', 0, check.address, check.port, (error, opened) => {
        if (error) return end(refusal(error))
        channel = opened
        opened.on('error', () => end('connection lost'))
        if (check.kind === 'tcp') end(undefined)
        else askHttp(opened, check, end)
      })
    } catch {
      end('connection lost')
    }
  })
}

function refusal(error: Error): string {
  // RFC 4254, 5.1: 1 is "administratively prohibited", 2 "connect failed".
  return 'reason' in error && error.reason === 1 ? 'the host forbids port forwarding' : 'connection refused'
}

function askHttp(channel: ClientChannel, check: RemoteCheck & { kind: 'http' }, end: (trouble?: string) => void) {
  let seen = ''
  channel.on('data', (chunk: Buffer) => {
    seen += chunk.toString('latin1', 0, 64)
    if (seen.length < 12 && !seen.includes('\n')) return
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(seen)?.[1]
    if (status === undefined) end('the answer was not HTTP')
    else end(Number(status) === check.status ? undefined : `HTTP ${status}`)
  })
  channel.on('close', () => end('connection closed without an answer'))
  const path = encodeURI(check.path.startsWith('/') ? check.path : `/${check.path}`).replaceAll('%25', '%')
  channel.write(
    `GET ${path} HTTP/1.1\r\nHost: ${check.address}:${check.port}\r\nUser-Agent: houston\r\nAccept: */*\r\nConnection: close\r\n\r\n`,
  )
}
