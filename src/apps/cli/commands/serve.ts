// houston serve: from the command line to a long-lived process. Everything it does is in apps/server.

import { type Listen, parseListen } from '../../../config/listen.ts'
import type { Settings, Variables } from '../../../config/settings.ts'
import { findSecrets } from '../../../core/find-secrets.ts'
import { BadCredentials, openRegistration, type Registration } from '../../github/door/registration.ts'
import { openLog } from '../../server/log.ts'
import { narrateFaults } from '../../server/narrate.ts'
import { serve as run } from '../../server/serve.ts'
import { openTraces } from '../../server/traces/open-traces.ts'
import { BadSlackCredentials, openSlackRegistration, type SlackRegistration } from '../../slack/door/registration.ts'
import type { App, Common } from '../app.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { metricsToken } from '../metrics-token.ts'
import { withOneIdentity } from '../one-identity.ts'
import { readServerSettings } from '../project/read-server-settings.ts'
import { sshSettings } from '../project/ssh-settings.ts'
import { traceSettings } from '../trace-settings.ts'

export async function serve(app: App, options: Common & { listen?: string }): Promise<ExitCode> {
  const { screen, env, cwd } = app
  const settings = await readServerSettings({ cwd, env, ...options })
  const { dataDirectory, databaseUrl, source } = settings
  const listen = options.listen === undefined ? settings.listen : asListen(options.listen)
  const ssh = await sshSettings(settings)
  const registration = openApp(settings, env)
  const slack = openSlack(settings, env)
  const token = metricsToken(env)
  const traced = traceSettings(env)
  const known = findSecrets([settings, registration.current(), slack.current(), token, traced])
  const secrets = [...passwordOf(settings), ...known]
  const log = openLog({
    write: (line) => screen.err.raw(line),
    terminal: screen.err.terminal,
    secrets,
    now: app.now,
  })
  if (source === 'default' && registration.current()) log.warn(NO_GRANTS)
  // Imported here: Probot is large, and a runner needs none.
  const [{ openGithubDoor }, { openGround }] = await Promise.all([
    import('../../github/door/github-door.ts'),
    import('../../desk/open-ground.ts'),
  ])
  const ground = openGround({ registration, settings, folder: cwd, now: app.now })
  const { openMetrics } = await import('../../server/metrics/metrics.ts')
  const [{ openWebDoor }, { openWeb }] = await Promise.all([
    import('../../web/web-door.ts'),
    import('../../web/open-web.ts'),
  ])
  const failed = narrateFaults(log)
  const door = openGithubDoor({ registration, ...ground, settings, log, failed, now: app.now })
  const { deskOf } = ground
  const { openSlackDoor } = await import('../../slack/door/slack-door.ts')
  const shared = { deskOf, settings, listen, log, failed, now: app.now }
  const chat = openSlackDoor({ ...shared, registration: slack, github: registration })
  const means = { settings, listen, registration, deskOf, operator: app.person, log, now: app.now, failed }
  const web = openWebDoor((opened) => openWeb(opened, means))
  const metrics = openMetrics(token)
  const traces = await openTraces({ settings: traced, log, meter: metrics.spans, secrets, now: app.now })
  return await run({
    store: databaseUrl ? { databaseUrl: databaseUrl.reveal() } : { dataDirectory },
    ...{ ssh, listen, log, interrupts: app.interrupts, metrics, doors: [door, chat, web] },
    ...(traces && { traces }),
    ...(source === 'default' && { adapt: (remote) => withOneIdentity(remote, 'default') }),
  })
}

const NO_GRANTS = 'without houston.server.yml no repository of the GitHub App reaches a host: nothing is granted'

/** The GitHub App, if there is one; throws `Failure`. */
function openApp({ dataDirectory }: Settings, variables: Variables): Registration {
  try {
    return openRegistration({ variables, dataDirectory })
  } catch (error) {
    if (!(error instanceof BadCredentials)) throw error
    const next = 'next: correct it, or unset it: without any of them, houston serve offers to make an App'
    throw new Failure(EXIT.usage, [
      ['The GitHub App cannot be used:'],
      ...error.faults.map((fault) => [`  ${fault}`]),
      [next],
    ])
  }
}

/** Slack's workspaces, if there are any; throws `Failure`. */
function openSlack(settings: Settings, variables: Variables): SlackRegistration {
  try {
    return openSlackRegistration({ variables, settings })
  } catch (error) {
    if (!(error instanceof BadSlackCredentials)) throw error
    const next = 'next: correct it, or unset it: without any of them, houston serve offers to set Slack up'
    throw new Failure(EXIT.usage, [['Slack cannot be used:'], ...error.faults.map((fault) => [`  ${fault}`]), [next]])
  }
}

/** `--listen` as a place; throws `Failure`. */
export function asListen(text: string): Listen {
  const parsed = parseListen(text)
  if (parsed.kind === 'ok') return parsed.value
  throw new Failure(EXIT.usage, [[`--listen: ${parsed.message}`], [`next: --listen with ${parsed.write}`]])
}

/** A driver's error may quote the password without the rest of the address. */
export function passwordOf({ databaseUrl }: Settings): string[] {
  const password = databaseUrl && URL.parse(databaseUrl.reveal().replace('@/', '@localhost/'))?.password
  return password ? [decodeURIComponent(password)] : []
}
