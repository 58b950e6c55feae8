// houston status: how the latest rollout of an environment stands, once or for as long as it changes.

import { refused } from '../../../core/intent.ts'
import { DRIVEN } from '../../../engine/ports.ts'
import type { App, Common } from '../app.ts'
import { refuse } from '../drive.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { findTarget } from '../find-target.ts'
import { followEnvironments } from '../follow-environments.ts'
import { openShow } from '../follow-rollout.ts'
import { indent, styled } from '../screen/line.ts'
import { enter } from '../session/enter.ts'
import type { Session, Target } from '../session/session.ts'
import { lockLines } from '../words/lock.ts'
import { kindWords, statusLines, summaryLine } from '../words/status.ts'

type Options = Common & { watch?: boolean }

export async function status(
  app: App,
  { environment, options }: { environment: string | undefined; options: Options },
): Promise<ExitCode> {
  const entered = await enter(app, options, 'look')
  const { session } = entered
  try {
    if (environment === undefined && !options.watch) return await overview(app, session, options)
    if (environment === undefined && session.watchAll) return await watchAll(app, session, options)
    const target = await findTarget(app, session, { environment, common: options })
    return options.watch
      ? await watch(app, { session, target, options })
      : await once(app, { session, target, options })
  } finally {
    await entered.finish()
  }
}

type Look = { session: Session; target: Target; options: Options }

async function once(app: App, { session, target, options }: Look): Promise<ExitCode> {
  const report = await session.status({ target })
  const locks = await session.locks({ target })
  if (!report) {
    if (!options.json) app.screen.out.print(lockLines(locks, app.now()))
    return refuse(app, { refusal: refused('no-rollout', { ...target }), target, common: options })
  }
  if (options.json) app.screen.json({ format: 'rollout', ...report, locks })
  else {
    app.screen.out.print([...statusLines(report, app.now()), ...lockLines(locks, app.now())])
    const orphaned = session.place.kind === 'local' && session.place.alone && DRIVEN.includes(report.phase)
    if (orphaned)
      app.screen.err.print([
        [
          styled(
            'yellow',
            `no process of this data directory drives it: houston resume ${target.environment} takes it over`,
          ),
        ],
      ])
  }
  return EXIT.ok
}

const NOTHING_YET = 'Nothing was rolled out from this data directory yet. next: houston deploy <environment>'
const NOTHING_SEEN = 'There is no environment that you may see.'

async function overview(app: App, session: Session, options: Options): Promise<ExitCode> {
  const targets = await session.targets()
  if (targets.length === 0 && !options.json)
    app.screen.err.print([[session.place.kind === 'server' ? NOTHING_SEEN : NOTHING_YET]])
  for (const target of targets) await overviewOf(app, { session, target }, options)
  return EXIT.ok
}

async function overviewOf(app: App, { session, target }: { session: Session; target: Target }, { json }: Options) {
  const report = await session.status({ target })
  if (!report && json) return
  const locks = await session.locks({ target })
  if (report && json) return app.screen.json({ format: 'rollout', ...report, locks })
  const stands = report
    ? [...summaryLine(report, app.now()), `  ${kindWords(report.kind)} ${report.release}`]
    : [`${target.environment} `, styled('dim', 'no rollout yet')]
  app.screen.out.print([[`${target.application} `, ...stands], ...indent(lockLines(locks, app.now()))])
}

/** Until somebody leaves. When there is nothing to see any more, the server says why. */
async function watchAll(app: App, session: Session, options: Options): Promise<ExitCode> {
  const stop = new AbortController()
  const unlisten = app.interrupts.listen(() => stop.abort())
  const { application, json = false } = options
  try {
    const sees = (row: Target) => application === undefined || row.application === application
    await followEnvironments(app, session.watchAll?.(stop.signal) ?? [], { json, sees })
  } finally {
    unlisten()
  }
  return stop.signal.aborted ? EXIT.interrupted : await overview(app, session, options)
}

async function watch(app: App, look: Look): Promise<ExitCode> {
  const { session, target, options } = look
  // Nobody else can drive what this process holds: nothing will change while it looks.
  if (session.place.kind === 'local' && session.place.alone) return await once(app, look)
  const stop = new AbortController()
  const unlisten = app.interrupts.listen(() => stop.abort())
  const show = openShow(app, { json: options.json === true, channel: app.screen.out })
  try {
    for await (const each of session.watch(target, stop.signal)) show.look(each)
  } finally {
    unlisten()
  }
  if (!stop.signal.aborted) {
    show.end()
    return await once(app, look)
  }
  app.screen.err.print([['detached: the rollout goes on']])
  return EXIT.interrupted
}
