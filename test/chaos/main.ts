// npm run chaos: real hosts, replicas and a database, broken on purpose while people deploy. Progress goes to stderr, one JSON
// summary to stdout; exit code 1 when anything was lost, repeated or touched that should not have been. Installs nothing.

import { parseArgs } from 'node:util'
import { findSshd } from '../../src/apps/demo/fleet-sshd.ts'
import { findPostgres } from '../support/postgres-server.ts'
import { type ChaosOptions, runChaos } from './run-chaos.ts'
import { countsFor } from './schedule.ts'

const OPTIONS = {
  minutes: { type: 'string', default: '3' },
  seed: { type: 'string', default: '1' },
  hosts: { type: 'string', default: '60' },
  environments: { type: 'string', default: '6' },
  kills: { type: 'string' },
  pauses: { type: 'string' },
  restarts: { type: 'string' },
} as const

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())

const options = readOptions()
if (typeof options === 'string') {
  process.stderr.write(`${options}\n`)
  process.exitCode = 2
} else {
  const summary = await runChaos(options)
  if (summary) process.stdout.write(`${JSON.stringify(summary, null, 1)}\n`)
  process.exitCode = summary ? Number(!summary.ok) : 130
}

/** A sentence that says why there is nothing to run. */
function readOptions(): ChaosOptions | string {
  const { values } = parseArgs({ options: OPTIONS })
  const { minutes, seed, hosts, environments, kills, pauses, restarts } = values
  const numbers = [minutes, seed, hosts, environments, kills, pauses, restarts].filter((text) => text !== undefined)
  if (!numbers.every((text) => Number(text) >= 0)) return 'chaos: every option is a number, as in --minutes 3 --seed 7'
  const postgres = findPostgres()
  if ('missing' in postgres) return `chaos needs a Postgres server and installs none: ${postgres.missing}`
  if (findSshd() === undefined) return 'chaos needs an OpenSSH server and installs none: there is no sshd here'
  if (process.platform !== 'linux') return "chaos needs Linux: the hosts' clock is /proc/uptime"
  const counts = countsFor(Number(minutes), {
    ...(kills !== undefined && { kill: Number(kills) }),
    ...(pauses !== undefined && { pause: Number(pauses) }),
    ...(restarts !== undefined && { 'postgres-restart': Number(restarts) }),
  })
  return {
    ...{ minutes: Number(minutes), seed: Number(seed), hosts: Number(hosts), environments: Number(environments) },
    ...{ counts, programs: postgres.programs, signal: stop.signal, say },
  }
}

function say(line: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`)
}
