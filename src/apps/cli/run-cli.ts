// Runs one command line and answers with its exit code. Whatever goes wrong is one clear message, without a stack.

import { CommanderError } from 'commander'
import type { App } from './app.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import { makeProgram } from './program.ts'
import { type Line, styled } from './screen/line.ts'

export async function runCli(words: readonly string[], app: App): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok
  const program = makeProgram(app, (given) => {
    code = given
  })
  for (const each of [program, ...program.commands])
    each.exitOverride().configureOutput({
      writeOut: (text) => app.screen.out.raw(text),
      writeErr: (text) =>
        app.screen.err.print(
          text
            .trimEnd()
            .split('\n')
            .map((line) => [line]),
        ),
    })
  try {
    if (words.length === 0) program.outputHelp()
    else await program.parseAsync([...words], { from: 'user' })
    return code
  } catch (error) {
    return report(app, error, words.includes('--json'))
  }
}

function report(app: App, error: unknown, json: boolean): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  const { code, lines } = describe(error)
  if (json) app.screen.json({ kind: 'summary', exit_code: code, message: lines.map(textOf).join('\n') })
  else app.screen.err.print(lines)
  if (app.env.HOUSTON_DEBUG === '1' && error instanceof Error && error.stack !== undefined)
    app.screen.err.print(error.stack.split('\n').map((line) => [styled('dim', line)]))
  return code
}

/** By name, so that no adapter is loaded only to tell its errors apart. */
const CODES: Readonly<Record<string, ExitCode>> = {
  StoreInUse: EXIT.refused,
  StoreTooNew: EXIT.refused,
  StoreUnreachable: EXIT.unreachable,
  BadDatabaseUrl: EXIT.usage,
  StoreNotUtf8: EXIT.usage,
  CannotListen: EXIT.usage,
  IdentityError: EXIT.usage,
  PeerGone: EXIT.unreachable,
}

function describe(error: unknown): { code: ExitCode; lines: readonly Line[] } {
  if (error instanceof Failure) return { code: error.code, lines: error.lines }
  const known = error instanceof Error ? (CODES[error.name] ?? CODES[error.constructor.name]) : undefined
  const message = error instanceof Error && error.message !== '' ? error.message : String(error)
  const lines = message.split('\n').map((line): Line => [line])
  const hint: Line[] = known === undefined ? [[styled('dim', 'HOUSTON_DEBUG=1 shows where this comes from.')]] : []
  return {
    code: known ?? EXIT.failed,
    lines: [[styled('red', 'error: '), ...(lines[0] ?? [])], ...lines.slice(1), ...hint],
  }
}

function textOf(line: Line): string {
  return line.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('')
}
