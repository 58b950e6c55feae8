// houston doctor: what must hold before a deploy can work, checked one by one. Changes nothing.

import type { Config, Environment } from '../../../config/config.ts'
import type { Settings } from '../../../config/settings.ts'
import { many } from '../../../core/phrases.ts'
import type { App, Common } from '../app.ts'
import { type Check, fail, ok, warn } from '../doctor/check.ts'
import { checkGithub } from '../doctor/github.ts'
import { checkIdentities, checkKnownHosts } from '../doctor/keys.ts'
import { checkClock, checkDirectory, checkDisk, checkNode, checkStore } from '../doctor/machine.ts'
import { checkZones } from '../doctor/reach.ts'
import { checkReplicas } from '../doctor/replicas.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { targetsOf } from '../find-target.ts'
import { type FoundConfig, findConfig } from '../project/find-config.ts'
import { readRepository } from '../project/git.ts'
import { missingGrant } from '../project/missing-grant.ts'
import { readServerSettings } from '../project/read-server-settings.ts'
import { resolveTarget } from '../resolve-target.ts'
import { type Line, type Style, styled } from '../screen/line.ts'

export async function doctor(
  app: App,
  { environment, options }: { environment: string | undefined; options: Common },
): Promise<ExitCode> {
  const { screen } = app
  const checks: Check[] = []
  const note = (...found: Check[]) => {
    checks.push(...found)
    if (!options.json) screen.out.print(found.flatMap(checkLines))
  }
  note(checkNode(), checkClock(app.now()))
  const found = await findConfig(app.cwd, options.file)
  note(checkConfig(found))
  const settings = await settingsOf(app, options, note)
  if (settings) {
    note(checkDirectory(settings), checkDisk(settings), await checkStore(settings), ...(await checkReplicas(settings)))
    note(...(await checkIdentities(settings)), checkKnownHosts(settings))
    note(...(await checkGithub(settings, app.env)))
    if (found.kind === 'ok')
      for (const each of chosen(found.config, environment, options))
        note(await checkGrants(settings, each, found.root), ...(await reach(settings, each, found.config)))
  }
  const code = codeOf(checks)
  if (options.json) screen.json({ format: 'doctor', exit_code: code, checks })
  else screen.err.print([[], summary(checks)])
  return code
}

function checkConfig(found: FoundConfig): Check {
  if (found.kind === 'ok') return ok('configuration', `${found.file}: application ${found.config.application}`)
  if (found.kind === 'missing')
    return warn('configuration', `no ${found.looked} here or above`, 'write one: houston schema describes it')
  return fail('configuration', `${found.file} has ${many(found.faults.length, 'fault')}`, 'houston validate')
}

async function settingsOf(app: App, options: Common, note: (check: Check) => void): Promise<Settings | undefined> {
  try {
    const settings = await readServerSettings({ cwd: app.cwd, env: app.env, ...options })
    const words = settings.file ?? 'none: your own agent and key are used for everything'
    note(ok('settings', words))
    return settings
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    note(fail('settings', 'the settings file is not right', 'see below'))
    app.screen.err.print(error.lines)
    return undefined
  }
}

function chosen(config: Config, environment: string | undefined, options: Common): Environment[] {
  if (environment === undefined) return [...config.environments]
  const wanted = { environment, application: options.application }
  const target = resolveTarget(targetsOf(config), wanted)
  return config.environments.filter(({ name }) => name === target.environment)
}

/** What would refuse a plan or a deploy must not pass here. */
async function checkGrants(settings: Settings, environment: Environment, root: string): Promise<Check> {
  const name = `grants ${environment.name}`
  const missing = await missingGrant(settings, environment, (await readRepository(root)) ?? '')
  return missing ? fail(name, `${missing.what} ${missing.why}`, missing.next) : ok(name, 'its hosts may be reached')
}

async function reach(settings: Settings, environment: Environment, { directory }: Config): Promise<Check[]> {
  try {
    return await checkZones(settings, environment, directory)
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    return [fail(`SSH ${environment.name}`, said, 'correct the identity, then houston doctor again')]
  }
}

function codeOf(checks: readonly Check[]): ExitCode {
  const failed = checks.filter(({ state }) => state === 'fail')
  if (failed.length === 0) return EXIT.ok
  return failed.every(({ unreachable }) => unreachable) ? EXIT.unreachable : EXIT.usage
}

const STYLES: Readonly<Record<Check['state'], Style>> = { ok: 'green', warn: 'yellow', fail: 'red' }

function checkLines({ name, state, found, next }: Check): Line[] {
  const head: Line = [styled(STYLES[state], state.padEnd(4)), '  ', styled('bold', name), `  ${found}`]
  return next === undefined ? [head] : [head, ['        next: ', styled('cyan', next)]]
}

function summary(checks: readonly Check[]): Line {
  const failed = checks.filter(({ state }) => state === 'fail').length
  if (failed > 0) return [styled('red', `${many(failed, 'check')} failed`)]
  return [styled('green', 'ready')]
}
