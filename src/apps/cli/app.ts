// What every command gets: the screen, where it was started, and what was asked of all commands.

import type { Variables } from '../../config/settings.ts'
import type { Person } from '../../core/intent.ts'
import type { Screen } from './screen/screen.ts'

export type App = {
  screen: Screen
  cwd: string
  env: Variables
  person: Person
  now: () => number
  interrupts: Interrupts
}

/** `interrupt`: Ctrl-C. `leave`: the process is told to end. `hangup`: its terminal is gone. */
export type Interrupt = 'interrupt' | 'leave' | 'hangup'

export type Interrupts = {
  /** For as long as somebody listens, an interrupt does not end the process. The returned function stops listening. */
  listen(heard: (what: Interrupt) => void): () => void
}

/** Options that every command with a store has. */
export type Common = {
  data?: string
  settings?: string
  file?: string
  application?: string
  json?: boolean
}
