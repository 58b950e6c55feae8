// A directory for files of a bench, gone when the bench ends, also when it is interrupted.

import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const open = new Set<string>()

process.on('exit', () => {
  for (const directory of open) removeScratch(directory)
})
// Without a listener these end the process without `exit`.
process.on('SIGINT', () => process.exit(130))
process.on('SIGTERM', () => process.exit(143))

/** A short path: OpenSSH's control sockets allow about a hundred characters. */
export async function makeScratch(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'hb-'))
  open.add(directory)
  return directory
}

export function removeScratch(directory: string): void {
  rmSync(directory, { recursive: true, force: true })
  open.delete(directory)
}
