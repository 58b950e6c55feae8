// Houston itself: plan, store, jobs, engine and SSH as a `deploy` from the terminal uses them, on a fresh embedded store.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Rival } from './rival.ts'

export const houston: Rival = {
  name: 'houston',
  missing: () => undefined,
  async command(job) {
    const file = join(job.scratch, 'job.json')
    await writeFile(file, JSON.stringify(job))
    return { file: process.execPath, args: [fileURLToPath(new URL('./houston-process.ts', import.meta.url)), file] }
  },
}
