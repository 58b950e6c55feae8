// houston validate and houston schema: the configuration file, without touching anything else.

import type { Config } from '../../../config/config.ts'
import { hosts, many } from '../../../core/phrases.ts'
import type { App, Common } from '../app.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { requireConfig } from '../prepare-deploy.ts'
import { findConfig } from '../project/find-config.ts'
import { type Line, styled } from '../screen/line.ts'
import { faultLines } from '../words/faults.ts'

export async function validate(app: App, options: Common): Promise<ExitCode> {
  const { screen } = app
  const found = await findConfig(app.cwd, options.file)
  if (found.kind === 'faults') {
    const { faults, file, text } = found
    if (options.json) screen.json({ format: 'validation', ok: false, file, faults })
    else {
      screen.out.print(faultLines(faults, text))
      screen.err.print([[], [styled('red', many(faults.length, 'fault'))]])
    }
    return EXIT.usage
  }
  const { config, file } = requireConfig(found)
  if (options.json) screen.json({ format: 'validation', ok: true, file, ...summary(config) })
  else screen.out.print(okLines(config, file))
  return EXIT.ok
}

function summary(config: Config) {
  const environments = config.environments.map(({ name, fleet }) => ({
    name,
    zones: fleet.zones.length,
    hosts: fleet.zones.reduce((sum, zone) => sum + zone.hosts.length, 0),
  }))
  return { application: config.application, environments }
}

function okLines(config: Config, file: string): Line[] {
  const { application, environments } = summary(config)
  return [
    [styled('green', 'ok'), `  ${file}: application ${application}, ${many(environments.length, 'environment')}`],
    ...environments.map((each): Line => ['    ', `${each.name}: ${hosts(each.hosts)} in ${many(each.zones, 'zone')}`]),
  ]
}

export async function schema(app: App): Promise<ExitCode> {
  const { houstonSchema } = await import('../../../config/json-schema.ts')
  app.screen.out.raw(`${JSON.stringify(houstonSchema(), null, 2)}\n`)
  return EXIT.ok
}
