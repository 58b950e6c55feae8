// Faults on real parts, as npm run chaos does them, in a minute on few hosts: each kind at least once, and by the hosts' own
// records nothing was lost, repeated or touched after a halt. Then that nothing of a run is left behind.

import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { markedProcesses } from '../../../src/apps/demo/fleet-processes.ts'
import { findSshd } from '../../../src/apps/demo/fleet-sshd.ts'
import { FAULTS } from '../../chaos/schedule.ts'
import { findPostgres } from '../../support/postgres-server.ts'

const MAIN = fileURLToPath(new URL('../../chaos/main.ts', import.meta.url))

const lacking = 'missing' in findPostgres() ? 'Postgres' : findSshd() === undefined ? 'sshd' : undefined
const skips = lacking !== undefined && process.env.HOUSTON_TEST_NO_SKIP !== '1'
const reason = skips ? ` (skipped: there is no ${lacking} here)` : ''

const summary = z.object({
  ok: z.boolean(),
  faults: z.record(z.string(), z.number()),
  rollouts: z.record(z.string(), z.number()),
  ...{ steps_run: z.number(), steps_repeated: z.number(), overlaps: z.number(), after_halt: z.number() },
  ...{ missing: z.number(), lost: z.number(), died: z.array(z.string()), violations: z.array(z.unknown()) },
  resume_ms: z.object({ count: z.number(), max: z.number() }),
})

type Ended = { code: number | null; out: string; err: string; left: { files: string[]; processes: number[] } }

/** `hear` gets each line of progress, and what ends the run as Ctrl-C does. */
async function chaos(words: readonly string[], hear: (line: string, interrupt: () => void) => void): Promise<Ended> {
  // Of its own, so that what is left there was left by this run. Postgres' account must be able to enter.
  const folder = mkdtempSync(join(tmpdir(), 'houston-faults-'))
  chmodSync(folder, 0o755)
  const child = spawn(process.execPath, [MAIN, ...words], { env: { ...process.env, TMPDIR: folder } })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk
  })
  createInterface({ input: child.stderr }).on('line', (line) => {
    err += `${line}\n`
    hear(line, () => child.kill('SIGINT'))
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  const left = { files: readdirSync(folder), processes: markedProcesses([`TMPDIR=${folder}`]) }
  rmSync(folder, { recursive: true, force: true })
  return { code, out, err, left }
}

it.skipIf(skips)(
  `every kind of fault, and nothing is lost or done twice${reason}`,
  async () => {
    const { code, out, err, left } = await chaos(['--minutes', '0.6', '--hosts', '12', '--environments', '2'], () => {})
    const found = summary.parse(JSON.parse(out || JSON.stringify({ err })))
    expect(found).toMatchObject({
      violations: [],
      died: [],
      ok: true,
      steps_repeated: 0,
      overlaps: 0,
      after_halt: 0,
      lost: 0,
    })
    expect(Object.keys(found.faults).sort()).toEqual([...FAULTS].sort())
    expect(found.rollouts.succeeded).toBeGreaterThan(0)
    expect(found.steps_run).toBeGreaterThan(50)
    expect({ code, left }).toEqual({ code: 0, left: { files: [], processes: [] } })
  },
  240_000,
)

it.skipIf(skips)(
  `Ctrl-C in the middle of it leaves nothing behind${reason}`,
  async () => {
    const words = ['--minutes', '0.5', '--hosts', '4', '--environments', '1']
    const { code, out, left } = await chaos(words, (line, interrupt) => /kill|pause/.test(line) && interrupt())
    expect({ code, out, left }).toEqual({ code: 130, out: '', left: { files: [], processes: [] } })
  },
  120_000,
)
