// Reads what a process and its descendants use, from Linux's /proc. Elsewhere it answers zeroes.

import { readdirSync, readFileSync } from 'node:fs'

const PAGE_BYTES = 4_096
/** USER_HZ: the unit of times in /proc, 100 on every Linux that Node runs on. */
const TICK_MS = 10

/** Bytes in memory of a process and all below it. */
export function residentOfTree(root: number): number {
  const children = new Map<number, number[]>()
  for (const pid of numbers()) {
    const parent = Number(fields(pid)[1])
    children.set(parent, [...(children.get(parent) ?? []), pid])
  }
  const tree = [root]
  for (const pid of tree) tree.push(...(children.get(pid) ?? []))
  return tree.reduce((sum, pid) => sum + resident(pid), 0)
}

/** User and system time of one process, and of its children that were waited for. */
export function cpuOf(pid: number): number {
  const [user, system, childUser, childSystem] = fields(pid).slice(11, 15).map(Number)
  return ((user ?? 0) + (system ?? 0) + (childUser ?? 0) + (childSystem ?? 0)) * TICK_MS
}

/** Of /proc/<pid>/stat, from its third field (the state) on: what precedes it may hold spaces. */
function fields(pid: number): string[] {
  return read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ')
}

function resident(pid: number): number {
  return Number(read(`/proc/${pid}/statm`).split(' ')[1] ?? 0) * PAGE_BYTES
}

function numbers(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
