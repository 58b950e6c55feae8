// A terminal without a terminal: what a command writes is kept, what is asked is answered by the test.

import type { App, Interrupt } from '../../../src/apps/cli/app.ts'
import type { Stream } from '../../../src/apps/cli/screen/channel.ts'
import { openScreen } from '../../../src/apps/cli/screen/screen.ts'
import { me } from './house-of.ts'

export type FakeApp = App & {
  stdout: () => string
  stderr: () => string
  /** Somebody presses Ctrl-C, or ends the process. */
  interrupt: (what?: Interrupt) => void
}

export type Wanted = {
  cwd?: string
  env?: Record<string, string>
  tty?: boolean
  /** What the person types, one answer a question. */
  answers?: string[]
}

export function appOf({ cwd = '/', env = {}, tty = false, answers = [] }: Wanted = {}): FakeApp {
  const [stdout, stderr] = [recorder(tty), recorder(tty)]
  const listeners = new Set<(what: Interrupt) => void>()
  const readLine = async (prompt: string) => {
    stderr.write(prompt)
    return answers.shift()
  }
  return {
    screen: openScreen({ stdout, stderr, stdin: { isTTY: tty }, env, readLine }),
    ...{ cwd, env, person: me, now: () => 0 },
    interrupts: {
      listen: (heard) => {
        listeners.add(heard)
        return () => listeners.delete(heard)
      },
    },
    stdout: () => stdout.text(),
    stderr: () => stderr.text(),
    interrupt: (what = 'interrupt') => {
      for (const heard of [...listeners]) heard(what)
    },
  }
}

function recorder(isTTY: boolean): Stream & { text: () => string } {
  let text = ''
  return {
    isTTY,
    ...{ columns: 100, rows: 30 },
    write: (more: string) => {
      text += more
    },
    text: () => text,
  }
}
