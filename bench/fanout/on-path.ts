// Whether a program is installed.

import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

export function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return folder !== ''
    } catch {
      return false
    }
  })
}
