// A check of the doctor: one thing that must hold, what was found, and what to do when it does not.

export type Check = {
  name: string
  state: 'ok' | 'warn' | 'fail'
  found: string
  /** What to do next; absent when nothing is to be done. */
  next?: string
  /** A host could not be reached: another exit code. */
  unreachable?: true
}

export function ok(name: string, found: string): Check {
  return { name, state: 'ok', found }
}

export function warn(name: string, found: string, next: string): Check {
  return { name, state: 'warn', found, next }
}

export function fail(name: string, found: string, next: string): Check {
  return { name, state: 'fail', found, next }
}
