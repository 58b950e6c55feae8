// Socket Mode: one connection to Slack for each app, kept alive and opened again whenever it ends. What comes over it is
// acknowledged when it is stored; what is not acknowledged, Slack sends again. It knows no message.

import { SocketModeReceiver, type webApi } from '@slack/bolt'
import { z } from 'zod'
import { SILENT } from '../../../adapters/slack/call.ts'
import type { Secret } from '../../../core/secret.ts'
import { pause } from '../../pause.ts'
import type { Taken } from './take.ts'

export type SocketOptions = {
  appToken: Secret
  apiUrl?: string
  take: (body: unknown) => Promise<Taken>
  /** Called when it changes: connected, or why not. */
  told: (state: { kind: 'connected' } | { kind: 'lost'; why: string }) => void
  failed: (fault: Error) => void
  /** Waits between tries. */
  pausesMs?: readonly number[]
}

const PAUSES_MS = [0, 1_000, 2_000, 5_000, 10_000, 30_000]

const envelopeShape = z.object({ body: z.unknown(), ack: z.custom<Ack>((value) => typeof value === 'function') })
type Ack = (answer?: object) => Promise<void>
type Client = SocketModeReceiver['client']

/** What it answers ends it, and resolves when it has ended. */
export function keepSocket(options: SocketOptions): () => Promise<void> {
  const { pausesMs = PAUSES_MS, told } = options
  const ended = new AbortController()
  const live = async () => {
    for (let failures = 0; !ended.signal.aborted; ) {
      const why = await connectOnce(options, ended.signal, () => {
        failures = 0
        told({ kind: 'connected' })
      })
      if (ended.signal.aborted) return
      // Slack itself ends each connection now and then, and says so before: that is no news.
      if (failures > 0) told({ kind: 'lost', why })
      await pause(pausesMs[Math.min(failures, pausesMs.length - 1)] ?? 0, ended.signal)
      failures += 1
    }
  }
  const living = live()
  return async () => {
    ended.abort()
    await living
  }
}

/** Resolves when the connection has ended, with the reason as far as it is known. */
async function connectOnce(options: SocketOptions, signal: AbortSignal, connected: () => void): Promise<string> {
  const client = openClient(options)
  const end = () => void client.disconnect().catch(() => {})
  const over = new Promise<void>((resolve) => client.once('disconnected', () => resolve()))
  client.on('slack_event', (event: unknown) => void carry(event, options))
  try {
    await client.start()
    signal.addEventListener('abort', end, { once: true })
    connected()
    if (signal.aborted) end()
    await over
    return 'the connection ended'
  } catch (error) {
    return error instanceof Error ? error.message : 'no connection'
  } finally {
    signal.removeEventListener('abort', end)
  }
}

/** The library's own reconnecting gives up, or ends the process, when Slack cannot be reached: each client connects once. */
function openClient({ appToken, apiUrl }: SocketOptions): Client {
  const clientOptions: webApi.WebClientOptions = { retryConfig: { retries: 0 }, timeout: 10_000 }
  const { client } = new SocketModeReceiver({
    appToken: appToken.reveal(),
    logger: SILENT,
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: { ...clientOptions, ...(apiUrl !== undefined && { slackApiUrl: apiUrl }) } },
  })
  return client
}

async function carry(event: unknown, { take, failed }: SocketOptions): Promise<void> {
  const { body, ack } = envelopeShape.parse(event)
  try {
    const taken = await take(body)
    // Nobody gets an answer to what is malformed or a stranger's; that it is not sent again is all that matters.
    if (taken.kind !== 'shut') await ack(taken.kind === 'acknowledged' ? taken.body : undefined)
  } catch (error) {
    failed(error instanceof Error ? error : new Error(String(error)))
  }
}
