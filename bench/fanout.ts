// Fan-out: the same three-step deploy to N hosts, P at a time, by Houston and by its rivals. Runs are interleaved, figures
// are medians, and a run that did not reach every host does not count.

import { parseArgs } from 'node:util'
import { findSshd } from '../src/apps/demo/fleet-sshd.ts'
import { ansible } from './fanout/ansible.ts'
import { bare, bareP256, bareSteps } from './fanout/bare.ts'
import { type Ground, openGround } from './fanout/ground.ts'
import { houston } from './fanout/houston.ts'
import type { Job } from './fanout/job.ts'
import { measure } from './fanout/measure.ts'
import type { Rival } from './fanout/rival.ts'
import { sshkit } from './fanout/sshkit.ts'
import { type Run, ratios, summary } from './fanout/summary.ts'
import { xargs } from './fanout/xargs.ts'
import { machine, print } from './print.ts'
import { makeScratch } from './scratch.ts'

const RIVALS: readonly Rival[] = [houston, bare, bareP256, bareSteps, sshkit, xargs, ansible]
/** More hosts than this are too much for one machine's `sshd`. */
const REAL_HOSTS = 1_000

type Wanted = { hosts: number; parallel: number; rounds: number; server: Ground['server']; rivals: readonly string[] }

export async function benchFanout(argv: readonly string[]): Promise<void> {
  const wanted = readOptions(argv)
  const taking: Rival[] = []
  for (const rival of RIVALS.filter(({ name }) => wanted.rivals.includes(name))) {
    const reason = rival.missing()
    if (reason === undefined) taking.push(rival)
    else print({ bench: 'fanout', kind: 'skipped', rival: rival.name, reason })
  }
  const { rivals, ...settings } = wanted
  print({ bench: 'fanout', kind: 'settings', ...settings, ...machine() })
  const ground = await openGround(wanted.hosts, wanted.server)
  try {
    const runs = await runAll(taking, ground, wanted)
    for (const [name, own] of runs) print({ bench: 'fanout', kind: 'rival', ...summary(name, wanted.hosts, own) })
    print({ bench: 'fanout', kind: 'ratios', ...ratios(houston.name, runs) })
  } finally {
    await ground.close()
  }
}

function readOptions(argv: readonly string[]): Wanted {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      hosts: { type: 'string', default: '100' },
      parallel: { type: 'string', default: '50' },
      rounds: { type: 'string', default: '3' },
      server: { type: 'string' },
      rivals: { type: 'string' },
    },
  })
  const hosts = Number(values.hosts)
  const server = serverOf(values.server, hosts)
  // On light hosts the rivals' minutes say little more: they are run when they are named.
  const names = server === 'light' ? [houston, bare] : RIVALS
  const rivals = values.rivals?.split(',') ?? names.map(({ name }) => name)
  return { hosts, parallel: Number(values.parallel), rounds: Number(values.rounds), server, rivals }
}

function serverOf(wanted: string | undefined, hosts: number): Ground['server'] {
  if (wanted === 'openssh' || wanted === 'ssh2' || wanted === 'light') return wanted
  if (wanted !== undefined) throw new Error(`--server is openssh, ssh2 or light, not ${wanted}`)
  if (hosts > REAL_HOSTS) return 'light'
  return findSshd() === undefined ? 'ssh2' : 'openssh'
}

async function runAll(rivals: readonly Rival[], ground: Ground, wanted: Wanted): Promise<Map<string, Run[]>> {
  const runs = new Map<string, Run[]>()
  for (let round = 0; round < wanted.rounds; round += 1) {
    // Each round begins with another rival, so that none always follows the same one.
    const order = rivals.map((_, index) => rivals[(index + round) % rivals.length] ?? houston)
    for (const rival of order) {
      const run = await runOnce(rival, ground, { round, parallel: wanted.parallel })
      if (run) runs.set(rival.name, [...(runs.get(rival.name) ?? []), { ...run, round }])
    }
  }
  return runs
}

/**
 * What a run leaves is removed when the bench ends: ext4 makes new files around those that were deleted in the last seconds, at
 * several times the price, so a run that cleans up would slow the next one down.
 */
async function runOnce(rival: Rival, ground: Ground, turn: { round: number; parallel: number }) {
  const scratch = await makeScratch()
  const { hosts, identityFile, knownHostsFile, hostKeyLine, root } = ground
  const place = { hosts, identityFile, knownHostsFile, hostKeyLine, root, scratch, folder: rival.name }
  const job: Job = { ...place, parallel: turn.parallel, release: `${rival.name}-${turn.round}` }
  await ground.prepare(job.folder)
  const measured = await measure(await rival.command(job), scratch)
  const verified = await ground.verified(job)
  const { code, words, workMs } = measured
  if (code === 0 && verified === hosts.length) {
    print({ bench: 'fanout', kind: 'run', rival: rival.name, round: turn.round, workMs, verified })
    return measured
  }
  print({ bench: 'fanout', kind: 'failed-run', rival: rival.name, code, verified, of: hosts.length, words })
  return undefined
}
