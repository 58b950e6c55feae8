// A folder of its own for one socket, short enough for the kernel.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export function socketPlace(): { folder: string; path: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'houston-cli-'))
  return { folder, path: join(folder, 'c.sock'), remove: () => rmSync(folder, { recursive: true, force: true }) }
}
