// A fault: one thing wrong in a file that a person wrote, with its place and what to write instead. It decides nothing.

/** `line` and `column` count from 1; both are 0 for something that has no place in a file (an environment variable). */
export type Fault = {
  file: string
  line: number
  column: number
  /** As in `environments.production.rollout.batch`; empty for the whole file. */
  path: string
  message: string
  /** What to write instead. */
  write?: string
}

/** A place inside a value: keys and list indexes from the top. */
export type Path = readonly (string | number)[]

/** A fault that knows its path but not yet its line. `at`: the key itself is wrong, or its value. */
export type Flaw = {
  path: Path
  message: string
  write?: string
  at?: 'key' | 'value'
  /** The exact place, where the path does not lead to it. */
  offset?: number
}

/** What a parser of one small text answers. */
export type Parsed<T> = { kind: 'ok'; value: T } | Wrong
export type Wrong = { kind: 'wrong'; message: string; write?: string }

export function ok<T>(value: T): Parsed<T> {
  return { kind: 'ok', value }
}

export function wrong(message: string, write?: string): Wrong {
  return write === undefined ? { kind: 'wrong', message } : { kind: 'wrong', message, write }
}

/** One or two lines per fault, each beginning with `file:line:column`, so that editors and terminals link to it. */
export function formatFaults(faults: readonly Fault[]): string {
  return faults.map(formatFault).join('\n')
}

function formatFault(fault: Fault): string {
  const place = fault.line === 0 ? fault.file : `${fault.file}:${fault.line}:${fault.column}`
  const where = fault.path === '' ? place : `${place}: ${fault.path}`
  const advice = fault.write === undefined ? '' : `\n    write: ${fault.write}`
  return `${where}: ${fault.message}${advice}`
}
