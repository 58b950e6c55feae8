// Carries a command through that sets a rollout going: begins, follows, waits until this process drives nothing any more,
// and says how it ended.

import type { Refusal } from '../../core/intent.ts'
import type { RolloutReport } from '../../core/report.ts'
import type { App, Common } from './app.ts'
import { EXIT, type ExitCode, exitCodeOf } from './exit-code.ts'
import { openShow, type Show } from './follow-rollout.ts'
import { openInterruption } from './interruption.ts'
import { type Line, styled } from './screen/line.ts'
import { type Entered, enter } from './session/enter.ts'
import type { Began, Session, Target } from './session/session.ts'
import { PeerGone } from './session/socket-session.ts'
import { watchServers } from './watch-servers.ts'
import { refusalLines } from './words/refusal.ts'
import { statusLines } from './words/status.ts'

export type Drive = { entered: Entered; target: Target; common: Common }

/** `begin` answers with the rollout that is now to be followed. */
export async function drive(
  app: App,
  { entered, target, common }: Drive,
  begin: (session: Session) => Promise<{ rollout: string } | Refusal>,
): Promise<ExitCode> {
  const { session } = entered
  const show = openShow(app, { json: common.json === true, channel: app.screen.err })
  const interruption = openInterruption(app, { entered, target, say: show.say })
  const unwatch = watchServers({ entered, target, say: show.say })
  try {
    const begun = await begin(session)
    if ('kind' in begun) return refuse(app, { refusal: begun, target, common })
    await Promise.race([follow(app, { session, target, show }, interruption.signal), interruption.leaving])
    if (interruption.hasLeft()) return EXIT.interrupted
    const code = await settle(app, { entered, target, common }, begun.rollout)
    return interruption.code() ?? code
  } finally {
    unwatch()
    interruption.close()
    await (interruption.hasLeft() ? entered.leave() : entered.finish())
  }
}

/** A started rollout by its name; a refusal as it is. */
export function asBegun(outcome: Began | Refusal): { rollout: string } | Refusal {
  return outcome.kind === 'started' ? { rollout: outcome.rollout } : outcome
}

export function refuse(
  { screen }: App,
  { refusal, target, common }: { refusal: Refusal; target: Target; common: Common },
): ExitCode {
  if (common.json) screen.json({ kind: 'summary', exit_code: EXIT.refused, ...target, refusal })
  else screen.err.print(refusalLines(refusal, target.environment))
  return EXIT.refused
}

async function follow(
  app: App,
  { session, target, show }: { session: Session; target: Target; show: Show },
  signal: AbortSignal,
): Promise<void> {
  let last: RolloutReport | undefined
  for await (const look of session.watch(target, signal)) {
    if (signal.aborted) return
    if (last && last.rollout !== look.report.rollout) show.say(successorLine(look.report))
    last = look.report
    show.look(look)
  }
  await session.idle()
  // The final words go to stdout: where that is the same terminal, they take the place of the progress.
  if (app.screen.out.animated) show.end()
}

/** Somebody else, from another terminal, has put another rollout in the place of this one. */
function successorLine({ requestedBy, kind, release }: RolloutReport): Line {
  return [styled('yellow', `${requestedBy} asked for a ${kind} to ${release}, which takes the place of this rollout`)]
}

async function settle(app: App, { entered, target, common }: Drive, rollout: string): Promise<ExitCode> {
  const { own, latest } = await outcome(entered.session, target, rollout).catch(async (error: unknown) => {
    if (!(error instanceof PeerGone)) throw error
    // The process that drove it is done and gone: the store is free to be looked at.
    const again = await enter(app, common, 'look')
    return await outcome(again.session, target, rollout).finally(() => again.finish())
  })
  if (!own || !latest) return EXIT.failed
  const code = exitCodeOf(own, latest)
  if (common.json)
    app.screen.json({
      kind: 'summary',
      exit_code: code,
      rollout: own,
      ...(latest.rollout !== own.rollout && { latest }),
    })
  else {
    app.screen.out.print([
      ...statusLines(own, app.now()),
      ...(latest.rollout === own.rollout ? [] : [[], ...statusLines(latest, app.now())]),
    ])
  }
  return code
}

async function outcome(session: Session, target: Target, rollout: string) {
  return { own: await session.status({ target, rollout }), latest: await session.status({ target }) }
}
