// Ctrl-C while a rollout is followed. Driven here: the first one halts it, the second one leaves at once. Driven by another
// process or by servers: it detaches, and the rollout goes on there.

import type { App } from './app.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { type Line, styled } from './screen/line.ts'
import type { Entered } from './session/enter.ts'
import type { Session, Target } from './session/session.ts'

export type Interruption = {
  /** Aborted when nothing is to be followed any more. */
  signal: AbortSignal
  /** Resolves when the person leaves without waiting. */
  leaving: Promise<void>
  hasLeft(): boolean
  /** How the command ends because of it; `undefined` when there was none. */
  code(): ExitCode | undefined
  close(): void
}

export type Interruptible = { entered: Entered; target: Target; say: (line: Line) => void }

function whoGoesOn(place: Exclude<Session['place'], { kind: 'local' }>): string {
  if (place.kind === 'servers') return 'a server'
  return place.kind === 'server' ? place.url : `process ${place.pid}`
}

export function openInterruption(app: App, { entered, target, say: show }: Interruptible): Interruption {
  const stop = new AbortController()
  const { promise: leaving, resolve: leave } = Promise.withResolvers<void>()
  let count = 0
  const say = (text: string) => show([styled('yellow', text)])
  const end = (text: string) => {
    say(text)
    stop.abort()
    leave()
  }
  const comeBack = `houston status ${target.environment}, then houston resume ${target.environment} or houston rollback ${target.environment}`
  const close = app.interrupts.listen((what) => {
    count += 1
    const { place } = entered.session
    if (place.kind !== 'local') {
      return end(`detached: ${whoGoesOn(place)} goes on with it (houston halt ${target.environment} stops it)`)
    }
    if (count > 1 || what !== 'interrupt')
      return end(`left: hosts already begun go on by themselves. To come back: ${comeBack}`)
    say('halting: hosts already begun finish, no further one is touched. Ctrl-C again leaves at once')
    entered.session.ask({ target, by: app.person, ask: { kind: 'halt' } }).then(
      ({ answer }) => {
        if (answer.kind === 'accepted') say('the halt is recorded')
      },
      (error: unknown) => end(`the halt failed: ${String(error)}. To come back: ${comeBack}`),
    )
  })
  return {
    signal: stop.signal,
    leaving,
    hasLeft: () => stop.signal.aborted,
    code: () => (count > 0 ? EXIT.interrupted : undefined),
    close,
  }
}
