// One exec on one connection: the script goes in, markers, noise and bounded output come out. It decides nothing about hosts.

import type { Client, ClientChannel } from 'ssh2'
import { type Bounded, createBound } from './bound.ts'
import { OUTPUT_BYTES } from './host-script.ts'
import { type Marker, parseMarker } from './marker.ts'

export type Plan = {
  /** Starts the shell that reads the script. */
  command: string
  script: string
  nonce: string
  /** Asked once more right before the script is sent; `false` sends nothing. */
  mayBegin(): boolean
  onSent(): void
  onMarker(marker: Marker, channel: ClientChannel): void
  openMs: number
  totalMs: number
  /** After which a recipe that was begun here is past its deadline: another exec must look after it. */
  overdueMs: number
  /** How long the channel may stay open after the recipe said that it ended. */
  outputMs: number
}

/** `held`: the recipe ended and something keeps its output open, or it does not end. `cut`: no exit status came. */
export type Ended = {
  how: 'exited' | 'held' | 'cut' | 'not-begun'
  code?: number
  signal?: string
  heard: boolean
  output: Bounded
  noise: string
}

const NOISE = 2_048

export function exchange(client: Client, plan: Plan): Promise<Ended> {
  return new Promise((resolve) => {
    const heard = listenTo(plan)
    let timer = setTimeout(() => end({ how: 'cut' }), plan.openMs)
    let channel: ClientChannel | undefined
    let exit: { code?: number; signal?: string } = {}

    function end(how: Pick<Ended, 'how'>) {
      clearTimeout(timer)
      client.off('close', lost)
      if (how.how !== 'exited') channel?.close()
      resolve({ ...how, ...exit, heard: heard.something(), output: heard.output(), noise: heard.noise() })
    }
    const lost = () => end({ how: 'cut' })
    function again(ms: number, how: Ended['how']) {
      clearTimeout(timer)
      timer = setTimeout(() => end({ how }), ms)
    }
    function onMarker(marker: Marker, from: ClientChannel) {
      if (marker.kind === 'hello' || marker.kind === 'need') again(plan.totalMs, 'cut')
      if (marker.kind === 'begun') again(plan.overdueMs, 'held')
      if (marker.kind === 'ran') again(plan.outputMs, 'held')
      else if (marker.kind === 'verdict') again(plan.totalMs, 'held')
      else if (marker.kind === 'result') again(plan.totalMs, 'cut')
      plan.onMarker(marker, from)
    }

    client.once('close', lost)
    open(client, plan.command, (opened) => {
      if (!opened || !plan.mayBegin()) {
        opened?.close()
        return end({ how: opened ? 'not-begun' : 'cut' })
      }
      channel = opened
      opened.on('exit', (code: number | null, signal?: string) => {
        exit = code === null ? { signal: signal ?? 'a signal' } : { code }
        // What it left running may keep the channel open for as long as it likes.
        if (code === null) end({ how: 'cut' })
      })
      opened.on('close', () => end({ how: exit.code === undefined && !exit.signal ? 'cut' : 'exited' }))
      opened.on('data', heard.stdout)
      opened.stderr.on('data', (chunk: Buffer) => heard.stderr(chunk, (marker) => onMarker(marker, opened)))
      plan.onSent()
      opened.write(plan.script)
    })
  })
}

/** A connection that was cut a moment ago makes ssh2 throw instead of calling back. */
function open(client: Client, command: string, opened: (channel: ClientChannel | undefined) => void) {
  try {
    client.exec(command, (error, channel) => opened(error ? undefined : channel))
  } catch {
    opened(undefined)
  }
}

function listenTo({ nonce }: Plan) {
  const output = createBound(OUTPUT_BYTES)
  const opening = `houston-${nonce} log\n`
  let before = ''
  let logging = false
  let line = ''
  let noise = ''
  let something = false
  const hear = (text: string) => {
    noise = (noise + text).slice(-NOISE)
  }
  return {
    stdout(chunk: Buffer) {
      if (logging) return output.add(chunk)
      const text = before + chunk.toString('latin1')
      const at = text.indexOf(opening)
      logging = at >= 0
      if (logging) output.add(Buffer.from(text.slice(at + opening.length), 'latin1'))
      else before = text.slice(-opening.length)
      hear(text.slice(before.length === 0 ? 0 : text.length - chunk.length, logging ? at : undefined))
    },
    stderr(chunk: Buffer, found: (marker: Marker) => void) {
      const lines = (line + chunk.toString('utf8')).split('\n')
      line = (lines.pop() ?? '').slice(-NOISE)
      for (const whole of lines) {
        const marker = parseMarker(whole, nonce)
        if (!marker) hear(`${whole}\n`)
        else {
          something = true
          if (marker.kind === 'lost') output.lose(marker.bytes)
          found(marker)
        }
      }
    },
    output: () => output.read(),
    noise: () => noise + line,
    something: () => something,
  }
}
