// Reads the operator's settings: the named file, houston.server.yml here, or /etc/houston's; without any, a person's own keys.

import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Settings, Variables } from '../../../config/settings.ts'
import { EXIT } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { faultLines } from '../words/faults.ts'

const PLACES = ['houston.server.yml', '/etc/houston/houston.server.yml']

export type SettingsPlace = { cwd: string; env: Variables; settings?: string; data?: string }

/** Relative directories are relative to where Houston was started. */
export async function readServerSettings(place: SettingsPlace): Promise<Settings & { file?: string }> {
  const { readSettings } = await import('../../../config/read-settings.ts')
  const named = place.settings ?? place.env.HOUSTON_SETTINGS
  const file = named ?? PLACES.find((each) => existsSync(resolve(place.cwd, each)))
  if (named !== undefined && !existsSync(resolve(place.cwd, named)))
    throw new Failure(EXIT.usage, [[`There is no settings file ${named}.`]])
  const text = file === undefined ? undefined : readFileSync(resolve(place.cwd, file), 'utf8')
  const result = readSettings({ file: file ?? '', ...(text !== undefined && { text }) }, place.env)
  if (result.kind === 'faults') throw new Failure(EXIT.usage, faultLines(result.faults, text))
  const { settings } = result
  const dataDirectory = resolve(place.cwd, place.data ?? settings.dataDirectory)
  return { ...settings, dataDirectory, ...(file !== undefined && { file }) }
}
