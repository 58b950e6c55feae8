// One fake host: a fence, and runs that begin at most once an attempt and go on without anybody looking.

import type { Step } from '../../src/core/recipe.ts'
import type { HostReport } from '../../src/engine/ports.ts'

/**
 * `unknown`: begins, is lost from sight, and ends well in the dark. `hang`: begins and never ends. `lie`: ends well, and is
 * read back at another release. `slow`: takes `ms` from its beginning to its end.
 */
export type Behaviour = 'ok' | 'fail' | 'unreachable' | 'unknown' | 'hang' | 'lie' | { kind: 'slow'; ms: number }

export type Asked = { host: string; attempt: number; release: string; rollout: string }

/** What a host did, in its own words, and at whose word. `since`: when the connection stood that brought it. */
export type Deed = {
  at: number
  host: string
  what: 'began' | 'attached' | 'refused' | 'stopped'
  run: string
  epoch: number
  since: number
}

/** The network between the processes and the hosts. */
export type Weather = {
  dialMs: (host: string) => number
  /** How long each copy of a report travels; the first keep their order on each host, the others come when they come. */
  travelMs: (report: HostReport) => readonly number[]
  /** A run that has not ended so long after it came into sight is reported unknown. */
  deadlineMs: number
}

export type Result =
  | { kind: 'host-succeeded'; installed: string }
  | { kind: 'host-failed'; step: Step; signature: string }
export type Watcher = { tell: (result: Result) => void; lose: () => void }
export type Run = { key: string; live: boolean; result?: Result; waiting: Watcher[]; due?: () => void }
export type FakeHost = {
  fence: number
  runs: Map<string, Run>
  installed?: string
  previous?: string
  up: boolean
  frozen: boolean
}

export const FAILED: Result = { kind: 'host-failed', step: 'start', signature: 'start exited 1' }
export const INTERRUPTED: Result = { kind: 'host-failed', step: 'start', signature: 'interrupted' }

export function finish(run: Run, host: FakeHost, behaviour: Behaviour, release: string): void {
  if (!run.live) return
  if (behaviour !== 'fail') {
    const installed = behaviour === 'lie' ? 'another' : release
    if (host.installed !== undefined && host.installed !== installed) host.previous = host.installed
    host.installed = installed
  }
  end(run, behaviour === 'fail' ? FAILED : { kind: 'host-succeeded', installed: host.installed ?? '' })
}

export function end(run: Run, result: Result): void {
  run.live = false
  run.result = result
  for (const { tell } of run.waiting.splice(0)) tell(result)
}

/** Whoever watched loses sight; whoever asks later is told. */
export function interrupt(run: Run): void {
  run.live = false
  run.result = INTERRUPTED
  for (const { lose } of run.waiting.splice(0)) lose()
}
