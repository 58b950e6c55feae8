// Finds and signals processes of a fleet: those that its hosts started, by the mark in their environment, and those below
// an SSH server. It never touches a process without such a mark or such a parent.

import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { HOST_VARIABLE, ROOT_VARIABLE } from './fleet-environment.ts'

type Process = { pid: number; parent: number; command: string }

/** Processes that were started on a fleet's hosts, or on one of them. */
export function processesOf(root: string, host?: string): number[] {
  return markedProcesses([`${ROOT_VARIABLE}=${root}`, ...(host === undefined ? [] : [`${HOST_VARIABLE}=${host}`])])
}

/** Processes that have all of these `NAME=value` in their environment. */
export function markedProcesses(marks: readonly string[]): number[] {
  return environments()
    .filter(({ variables }) => marks.every((mark) => variables.includes(mark)))
    .map(({ pid }) => pid)
}

/** The SSH server's processes below `pid`, one or more for each connection; not the commands that they run. */
export function serverProcesses(pid: number): number[] {
  const all = processes()
  const found = [pid]
  for (const parent of found) found.push(...all.filter((one) => one.parent === parent).map((one) => one.pid))
  const names = new Map(all.map((one) => [one.pid, one.command]))
  return found.filter((one) => one === pid || /^sshd/.test(names.get(one) ?? ''))
}

/** Signals each that is still there. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch {
      // It ended in the meantime.
    }
  }
}

/** Kills what runs on a fleet's hosts until nothing is left. Gives up after some seconds: a process may be stuck in the kernel. */
export async function sweep(root: string, host?: string): Promise<void> {
  for (let round = 0; round < 200; round += 1) {
    const left = processesOf(root, host)
    if (left.length === 0) return
    signalAll(left, 'SIGKILL')
    await delay(10)
  }
}

function environments(): { pid: number; variables: string[] }[] {
  if (process.platform !== 'linux') {
    return psRows('pid=,command=', 'axeww').map(([pid, ...words]) => ({ pid: Number(pid), variables: words }))
  }
  return procNumbers().map((pid) => ({ pid, variables: readProc(pid, 'environ').split('\0') }))
}

function processes(): Process[] {
  if (process.platform !== 'linux') {
    return psRows('pid=,ppid=,comm=', 'ax').map(([pid, parent, command]) => ({
      pid: Number(pid),
      parent: Number(parent),
      command: (command ?? '').replace(/^.*\//, ''),
    }))
  }
  return procNumbers().map((pid) => {
    const [, command = '', parent] = /\((.*)\) \S (\d+)/s.exec(readProc(pid, 'stat')) ?? []
    return { pid, parent: Number(parent), command }
  })
}

function procNumbers(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}

function psRows(columns: string, flags: string): string[][] {
  const text = execFileSync('ps', [flags, '-o', columns], { encoding: 'utf8', maxBuffer: 1 << 26 })
  return text.split('\n').map((line) => line.trim().split(/\s+/))
}
