// Tells a running process from a dead one, also when its pid was given to another or the machine was restarted.
// It sees one machine and one pid namespace: a data directory must not be shared across them.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export type ProcessIdentity = { pid: number; processStart: string; boot: string }

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, processStart: startOf(process.pid) ?? '', boot: bootId() }
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identity.boot === bootId() && identity.processStart === startOf(identity.pid)
}

/** When the process began, in the system's own words; `undefined` when it has ended, also when it waits to be reaped. */
function startOf(pid: number): string | undefined {
  return process.platform === 'linux' ? startFromProc(pid) : startFromPs(pid)
}

function startFromProc(pid: number): string | undefined {
  const stat = readOptional(`/proc/${pid}/stat`)
  // The name, in parentheses, may itself hold spaces and parentheses.
  const [state, ...fields] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? []
  return state === undefined || state === 'Z' || state === 'X' ? undefined : fields[18]
}

function startFromPs(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined
  } catch {
    return undefined
  }
}

/** Empty where the system has none: there, the start time alone must do. */
function bootId(): string {
  return readOptional('/proc/sys/kernel/random/boot_id')?.trim() ?? ''
}

function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
