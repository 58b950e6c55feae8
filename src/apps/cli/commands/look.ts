// houston history, where, hosts, log: looking at what is recorded, and at the hosts themselves.

import type { App, Common } from '../app.ts'
import { refuse } from '../drive.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { findTarget } from '../find-target.ts'
import { readMoment } from '../read-moment.ts'
import { enter, type Purpose } from '../session/enter.ts'
import type { Session, Target } from '../session/session.ts'
import { hostLines, logLines } from '../words/hosts.ts'
import { historyLines, thenLines, whereLines } from '../words/past.ts'

type Look<O = object> = { environment: string | undefined; options: Common & O }

export async function history(app: App, input: Look<{ at?: string; limit: number }>): Promise<ExitCode> {
  const { options } = input
  const at = options.at === undefined ? undefined : readMoment(options.at)
  return await looking(app, { ...input, purpose: 'look' }, async (session, target) => {
    if (at !== undefined) {
      const then = await session.past({ target, at })
      if (options.json) app.screen.json({ format: 'past', ...target, at, hosts: then })
      else app.screen.out.print(thenLines(then, at))
      return EXIT.ok
    }
    const rollouts = await session.history({ target, limit: options.limit })
    if (options.json) app.screen.json({ format: 'history', ...target, rollouts })
    else app.screen.out.print(historyLines(rollouts, app.now()))
    return EXIT.ok
  })
}

export async function where(app: App, { release, options }: { release: string; options: Common }): Promise<ExitCode> {
  const entered = await enter(app, options, 'look')
  try {
    const found = await entered.session.where({ release })
    if (options.json) app.screen.json({ format: 'where', asked: release, found })
    else if (found.length > 0) app.screen.out.print(whereLines(found))
    else
      app.screen.err.print([
        [`No release or commit that begins with "${release}" is recorded (4 characters at least).`],
      ])
    return found.length > 0 ? EXIT.ok : EXIT.refused
  } finally {
    await entered.finish()
  }
}

export async function hosts(app: App, input: Look<{ probe?: boolean }>): Promise<ExitCode> {
  const { options } = input
  const probe = options.probe === true
  return await looking(app, { ...input, purpose: probe ? 'probe' : 'look' }, async (session, target) => {
    const list = await session.hosts({ target, probe })
    if (options.json) app.screen.json({ format: 'hosts', ...target, hosts: list })
    else app.screen.out.print(hostLines(list, app.now()))
    return list.some(({ reading }) => reading?.kind === 'unreachable') ? EXIT.unreachable : EXIT.ok
  })
}

export async function log(app: App, input: Look & { host: string }): Promise<ExitCode> {
  const { options, host } = input
  return await looking(app, { ...input, purpose: 'look' }, async (session, target) => {
    const logs = await session.log({ target, host })
    if ('reason' in logs) return refuse(app, { refusal: logs, target, common: options })
    if (options.json) app.screen.json({ format: 'log', ...logs })
    else app.screen.out.print(logLines(logs))
    return EXIT.ok
  })
}

async function looking(
  app: App,
  { environment, options, purpose }: Look & { purpose: Purpose },
  look: (session: Session, target: Target) => Promise<ExitCode>,
): Promise<ExitCode> {
  const entered = await enter(app, options, purpose)
  try {
    return await look(entered.session, await findTarget(app, entered.session, { environment, common: options }))
  } finally {
    await entered.finish()
  }
}
