// Reads the operator's settings: the named file, houston.server.yml here, or /etc/houston's; without any, a person's own keys.

import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Settings, Variables } from '../../../config/settings.ts'
import { EXIT } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { faultLines } from '../words/faults.ts'
import { projectRoot } from './find-config.ts'

const PLACES = ['houston.server.yml', '/etc/houston/houston.server.yml']

export type SettingsPlace = { cwd: string; env: Variables; settings?: string; data?: string }

/**
 * What is named on the command line or in the environment is relative to where Houston was started. What is not lies beside
 * the project's houston.yml: from a subfolder, too, a project has one store and one history.
 */
export async function readServerSettings(place: SettingsPlace): Promise<Settings & { file?: string }> {
  const { readSettings } = await import('../../../config/read-settings.ts')
  const root = projectRoot(place.cwd)
  const named = place.settings ?? place.env.HOUSTON_SETTINGS
  const file = named ?? PLACES.map((each) => resolve(root, each)).find((each) => existsSync(each))
  if (named !== undefined && !existsSync(resolve(place.cwd, named)))
    throw new Failure(EXIT.usage, [[`There is no settings file ${named}.`]])
  const text = file === undefined ? undefined : readFileSync(resolve(place.cwd, file), 'utf8')
  const result = readSettings({ file: file ?? '', ...(text !== undefined && { text }) }, place.env)
  if (result.kind === 'faults') throw new Failure(EXIT.usage, faultLines(result.faults, text))
  const { settings } = result
  const data = place.data ?? place.env.HOUSTON_DATA
  const dataDirectory = data === undefined ? resolve(root, settings.dataDirectory) : resolve(place.cwd, data)
  return { ...settings, dataDirectory, ...(file !== undefined && { file }) }
}
