// houston runner: from the command line to a long-lived process near a zone. Everything it does is in apps/runner.

import { parseRunnerName } from '../../../config/schema/name.ts'
import { findSecrets } from '../../../core/find-secrets.ts'
import { runRunner } from '../../runner/run-runner.ts'
import { openLog } from '../../server/log.ts'
import { openTraces } from '../../server/traces/open-traces.ts'
import type { App, Common } from '../app.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { metricsToken } from '../metrics-token.ts'
import { readServerSettings } from '../project/read-server-settings.ts'
import { sshSettings } from '../project/ssh-settings.ts'
import { traceSettings } from '../trace-settings.ts'
import { wordsLines } from '../words/refusal.ts'
import { asListen, passwordOf } from './serve.ts'

export async function runner(app: App, options: Common & { name: string; listen?: string }): Promise<ExitCode> {
  const { screen, env, cwd } = app
  const { listen } = options
  const name = asName(options.name)
  const settings = await readServerSettings({ cwd, env, ...options })
  if (!settings.databaseUrl) throw withoutDatabase()
  const ssh = await sshSettings(settings)
  const token = metricsToken(env)
  const traced = traceSettings(env)
  const secrets = [...passwordOf(settings), ...findSecrets([settings, token, traced])]
  const log = openLog({
    write: (line) => screen.err.raw(line),
    terminal: screen.err.terminal,
    secrets,
    now: app.now,
  })
  const { openMetrics } = await import('../../server/metrics/metrics.ts')
  const metrics = openMetrics(token)
  const traces = await openTraces({ settings: traced, log, meter: metrics.spans, secrets, now: app.now })
  return await runRunner({
    ...{ name, settings, ssh, log, interrupts: app.interrupts, metrics },
    databaseUrl: settings.databaseUrl.reveal(),
    ...(traces && { traces }),
    ...(listen !== undefined && { listen: asListen(listen) }),
  })
}

function asName(text: string): string {
  const parsed = parseRunnerName(text)
  if (parsed.kind === 'ok') return parsed.value
  throw new Failure(EXIT.usage, [[`--name: ${parsed.message}`], [`next: --name with ${parsed.write}`]])
}

function withoutDatabase(): Failure {
  return new Failure(
    EXIT.usage,
    wordsLines({
      what: 'A runner needs DATABASE_URL.',
      why: 'It takes its work from the database that the servers share; the embedded store belongs to one process.',
      next: 'DATABASE_URL=postgres://… houston runner --name <name>',
    }),
  )
}
