// What a command writes to: data on stdout, progress on stderr, questions on the terminal.

import { Channel, type Environment, type Stream } from './channel.ts'
import { escapeJson } from './escape-terminal.ts'
import type { Line } from './line.ts'

export type Screen = {
  /** What was asked for. */
  out: Channel
  /** How it goes. */
  err: Channel
  /** One JSON object on one line of stdout. */
  json(value: unknown): void
  /** A line from the person, or `undefined` when nobody can be asked. */
  ask(question: Line): Promise<string | undefined>
  /** Somebody sits there who can answer. */
  interactive: boolean
}

export type Streams = {
  stdout: Stream
  stderr: Stream
  stdin: { isTTY?: boolean }
  env: Environment
  /** Shows the prompt on stderr and reads one line. */
  readLine: (prompt: string) => Promise<string | undefined>
}

export function openScreen({ stdout, stderr, stdin, env, readLine }: Streams): Screen {
  const out = new Channel(stdout, env)
  const err = new Channel(stderr, env)
  const interactive = stdin.isTTY === true && stderr.isTTY === true
  return {
    out,
    err,
    interactive,
    json: (value) => out.raw(`${escapeJson(JSON.stringify(value))}\n`),
    ask: async (question) => (interactive ? await readLine(err.paint(question)) : undefined),
  }
}
