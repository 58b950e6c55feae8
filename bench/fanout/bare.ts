// Rivals: a bare, tuned ssh2 loop, with all steps in one exec and with an exec for each. It keeps no state, knows no budgets and
// forgets every outcome: the floor for Node. Beside ssh2's own first choice of key exchange it runs with Houston's, since that
// alone makes a difference on the server.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Rival } from './rival.ts'

/** The steps joined to one script: the least that SSH can do. Which step failed is not known. */
export const bare: Rival = loop('bare-ssh2', 'joined', 'curve25519-sha256')

/** The same with the key exchange that Houston prefers. */
export const bareP256: Rival = loop('bare-ssh2-p256', 'joined', 'ecdh-sha2-nistp256')

/** One exec a step on one connection, as the tools do that say how each step ended. */
export const bareSteps: Rival = loop('bare-ssh2-steps', 'apart', 'curve25519-sha256')

function loop(name: string, steps: 'joined' | 'apart', kex: string): Rival {
  return {
    name,
    missing: () => undefined,
    async command(job) {
      const file = join(job.scratch, 'job.json')
      await writeFile(file, JSON.stringify(job))
      const program = fileURLToPath(new URL('./bare-process.ts', import.meta.url))
      return { file: process.execPath, args: [program, file, steps, kex] }
    },
  }
}
