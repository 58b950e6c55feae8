// Where a process that holds a data directory can be asked for things: a Unix socket that only its owner can reach.

import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { makeInData } from '../make-in-data.ts'

/** The kernel keeps 104 to 108 bytes for a socket's path. */
const LONGEST_PATH_BYTES = 100

/** A new path for each process, so that a dead one's socket is never in the way. Makes the folder, private to this user. */
export function newControlPath(dataDirectory: string, temporary = tmpdir()): string {
  const folder = makeControlFolder(dataDirectory, temporary)
  requirePrivate(folder)
  return join(folder, socketName(randomBytes(4).toString('hex')))
}

/** Removes what killed processes left. Only the process that holds the data directory may do so. */
export function sweepControlFolder(controlPath: string): void {
  const folder = join(controlPath, '..')
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (path !== controlPath && name.endsWith('.sock')) rmSync(path, { force: true })
  }
}

function socketName(id: string): string {
  return `${id}.sock`
}

function makeControlFolder(dataDirectory: string, temporary: string): string {
  const absolute = resolve(dataDirectory)
  const near = join(absolute, 'control')
  if (Buffer.byteLength(join(near, socketName('00000000'))) <= LONGEST_PATH_BYTES)
    return makeInData(dataDirectory, 'control')
  const name = createHash('sha256').update(absolute).digest('hex').slice(0, 12)
  const far = join(temporary, `houston-${process.getuid?.() ?? 0}-${name}`)
  mkdirSync(far, { recursive: true, mode: 0o700 })
  return far
}

/** A folder that somebody else made or can write to could hold somebody else's socket. */
function requirePrivate(folder: string): void {
  const found = lstatSync(folder)
  const mine = process.getuid === undefined || found.uid === process.getuid()
  if (!found.isDirectory() || !mine)
    throw new Error(`${folder} does not belong to this user: remove it, or choose another data directory with --data.`)
  if ((found.mode & 0o077) !== 0) chmodSync(folder, 0o700)
}
