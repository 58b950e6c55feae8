// Makes folders inside the data directory, private to this user. A data directory that comes into being with one keeps itself out
// of git: by default it lies in a checkout, whose state names releases and must not look changed for our sake.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The folder's absolute path. One that was there before is left as it is. */
export function makeInData(dataDirectory: string, name: string): string {
  const folder = resolve(dataDirectory, name)
  const made = mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (made !== undefined && made !== folder) writeFileSync(join(dataDirectory, '.gitignore'), '*\n')
  return folder
}
