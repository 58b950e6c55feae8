// The entry of the terminal: builds what commands need from this process, runs the one that was typed, ends with its code.

import { userInfo } from 'node:os'
import { createInterface } from 'node:readline/promises'
import type { Interrupt, Interrupts } from './app.ts'
import { EXIT } from './exit-code.ts'
import { runCli } from './run-cli.ts'
import { openScreen } from './screen/screen.ts'

const screen = openScreen({
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  readLine,
})

// A reader that went away (`houston history prod | head -1`) is no fault.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const { uid, username } = userInfo()
const code = await runCli(process.argv.slice(2), {
  screen,
  cwd: process.cwd(),
  env: process.env,
  person: { via: 'terminal', id: uid < 0 ? username : String(uid), name: username },
  now: () => Date.now(),
  interrupts: openInterrupts(),
})
process.exitCode = code
// Whatever still holds the event loop (an agent's socket, a timer of a library) is not worth waiting for.
setTimeout(() => process.exit(code), 500).unref()

function openInterrupts(): Interrupts {
  const listeners = new Set<Parameters<Interrupts['listen']>[0]>()
  const hear = (what: Interrupt) => {
    if (listeners.size === 0) process.exit(EXIT.interrupted)
    for (const listener of [...listeners]) listener(what)
  }
  process.on('SIGINT', () => hear('interrupt'))
  process.on('SIGTERM', () => hear('leave'))
  process.on('SIGHUP', () => hear('hangup'))
  return {
    listen: (heard) => {
      listeners.add(heard)
      return () => listeners.delete(heard)
    },
  }
}

/** `undefined` when the person pressed Ctrl-C or Ctrl-D. */
async function readLine(prompt: string): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  const closed = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)))
  lines.on('SIGINT', () => lines.close())
  try {
    return await Promise.race([lines.question(prompt), closed])
  } finally {
    lines.close()
  }
}
