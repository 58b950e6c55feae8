// A command that cannot go on: what to say, and how to end. Expected; never a bug, so it is shown without a stack.

import type { ExitCode } from './exit-code.ts'
import type { Line } from './screen/line.ts'

export class Failure extends Error {
  readonly code: ExitCode
  readonly lines: readonly Line[]

  constructor(code: ExitCode, lines: readonly Line[]) {
    super('a command ended early')
    this.name = 'Failure'
    this.code = code
    this.lines = lines
  }
}
