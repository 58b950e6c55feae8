// Rival: a bare, tuned ssh2 loop. It keeps no state, knows no budgets and forgets every outcome: the floor for Node.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Rival } from './rival.ts'

export const bare: Rival = {
  name: 'bare-ssh2',
  missing: () => undefined,
  async command(job) {
    const file = join(job.scratch, 'job.json')
    await writeFile(file, JSON.stringify(job))
    return { file: process.execPath, args: [fileURLToPath(new URL('./bare-process.ts', import.meta.url)), file] }
  },
}
