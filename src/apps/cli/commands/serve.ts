// houston serve: from the command line to a long-lived process. Everything it does is in apps/server.

import { type Listen, parseListen } from '../../../config/listen.ts'
import type { Settings } from '../../../config/settings.ts'
import { openLog } from '../../server/log.ts'
import { serve as run } from '../../server/serve.ts'
import type { App, Common } from '../app.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { withOneIdentity } from '../one-identity.ts'
import { readServerSettings } from '../project/read-server-settings.ts'
import { sshSettings } from '../project/ssh-settings.ts'

export async function serve(app: App, options: Common & { listen?: string }): Promise<ExitCode> {
  const { screen, env, cwd } = app
  const settings = await readServerSettings({ cwd, env, ...options })
  const { dataDirectory, databaseUrl, source } = settings
  const listen = options.listen === undefined ? settings.listen : asListen(options.listen)
  const ssh = await sshSettings(settings)
  const log = openLog({
    write: (line) => screen.err.raw(line),
    terminal: screen.err.terminal,
    secrets: [...(ssh.secrets ?? []), ...passwordOf(settings)],
    now: app.now,
  })
  return await run({
    store: databaseUrl ? { databaseUrl: databaseUrl.reveal() } : { dataDirectory },
    ...{ ssh, listen, log, interrupts: app.interrupts },
    ...(source === 'default' && { adapt: (remote) => withOneIdentity(remote, 'default') }),
  })
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
