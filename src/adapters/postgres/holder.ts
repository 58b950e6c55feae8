// Who works on a data directory: the notes left in it, and whether their writers still live. Reads only.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { isAlive } from './process-identity.ts'

export const LOCK_FILE = 'lock'

const note = z.object({
  pid: z.number().int().positive(),
  /** ms since 1970. */
  startedAt: z.number(),
  /** With `boot`, tells a process from a later one that got the same pid. */
  processStart: z.string(),
  boot: z.string(),
  /** Path of the socket on which this process can be asked for things. */
  control: z.string().exactOptional(),
  /** Names the file in which a successor claims a dead holder's place. */
  nonce: z.string().regex(/^[0-9a-f-]{36}$/),
})

export type Holder = z.infer<typeof note>

/** The process that holds this data directory now. */
export function readHolder(dataDirectory: string): Holder | undefined {
  const last = readChain(dataDirectory).at(-1)
  return last && isAlive(last) ? last : undefined
}

/** The holder, and those who claimed its place after it died, oldest first. Only the last one can be alive. */
export function readChain(dataDirectory: string): Holder[] {
  const chain: Holder[] = []
  for (let file = LOCK_FILE; ; file = claimOn(chain.at(-1))) {
    const holder = readNote(join(dataDirectory, file))
    if (!holder) return chain
    chain.push(holder)
  }
}

/** The file by which the place of `holder` is claimed. */
export function claimOn(holder: Holder | undefined): string {
  return holder ? `${LOCK_FILE}.${holder.nonce}` : LOCK_FILE
}

function readNote(path: string): Holder | undefined {
  try {
    return note.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') return undefined
    // Whoever may not read it must not be told to remove it: its writer may be at work.
    if (code !== undefined)
      throw new Error(
        `${path} cannot be read (${code}). Work as the user whose data directory it is, or choose another one.`,
        { cause: error },
      )
    throw new Error(`${path} is not a lock of Houston's. If no Houston runs on this directory, remove the file.`, {
      cause: error,
    })
  }
}
