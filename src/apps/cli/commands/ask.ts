// houston halt, resume, retry, continue, abort, approve, skip: something asked of the rollout that there is.

import type { Ask } from '../../../core/intent.ts'
import { hasEnded } from '../../../core/rollout.ts'
import type { App, Common } from '../app.ts'
import { type Drive, drive, refuse } from '../drive.ts'
import { enterTarget } from '../enter-target.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { Session, Target } from '../session/session.ts'
import { statusLines } from '../words/status.ts'

export async function ask(
  app: App,
  { environment, ask, options }: { environment: string | undefined; ask: Ask; options: Common },
): Promise<ExitCode> {
  const call = await enterTarget(app, environment, options)
  return goesOn(ask) ? await drive(app, call, () => begin(app, call, ask)) : await stop(app, call, ask)
}

/** These set a rollout going again, and the command stays to see how it ends. */
function goesOn({ kind }: Ask): boolean {
  return kind === 'resume' || kind === 'retry' || kind === 'continue' || kind === 'approve'
}

async function begin(app: App, { entered, target }: Drive, ask: Ask) {
  const { answer, rollout } = await entered.session.ask({ target, by: app.person, ask })
  return answer.kind === 'refused' ? answer : { rollout: rollout ?? '' }
}

/** Ends as soon as it is recorded; in this process it stays until hosts already begun have finished. */
async function stop(app: App, { entered, target, common }: Drive, ask: Ask): Promise<ExitCode> {
  const { session } = entered
  try {
    const { answer, rollout } = await session.ask({ target, by: app.person, ask })
    if (answer.kind === 'refused') return refuse(app, { refusal: answer, target, common })
    await settle(session, target, ask)
    const report = await session.status({ target, ...(rollout !== undefined && { rollout }) })
    if (common.json) app.screen.json({ kind: 'answer', exit_code: EXIT.ok, answer, rollout: report })
    else if (report) app.screen.out.print(statusLines(report, app.now()))
    return EXIT.ok
  } finally {
    await entered.finish()
  }
}

/** A halt or an end that this process may have to see through itself. */
async function settle(session: Session, target: Target, { kind }: Ask): Promise<void> {
  const shared = session.place.kind === 'local' && !session.place.alone
  if (!shared || kind === 'skip') return await session.idle()
  for await (const { report } of session.watch(target, new AbortController().signal)) if (hasEnded(report.phase)) return
}
