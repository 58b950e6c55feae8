// Lets one process at a time work on a data directory. A dead holder never blocks, and two claimants never both win.
//
// A note appears whole and at most once under a name (link is atomic). The place of a dead holder is claimed in a file
// named after that holder, so a claimant that judged by an old reading claims a place that is gone, sees it, and starts over.

import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StoreInUse } from './errors.ts'
import { claimOn, type Holder, LOCK_FILE, readChain } from './holder.ts'
import { isAlive, thisProcess } from './process-identity.ts'

export type DataLock = { release: () => void }

/** Throws `StoreInUse` when a living process holds the directory. `control` is written into the lock for others to find. */
export function lockDataDirectory(dataDirectory: string, control?: string): DataLock {
  if (mkdirSync(dataDirectory, { recursive: true, mode: 0o700 }) !== undefined) keepFromGit(dataDirectory)
  const me: Holder = { ...thisProcess(), startedAt: Date.now(), nonce: randomUUID(), ...(control && { control }) }
  const draft = join(dataDirectory, `${LOCK_FILE}-${me.nonce}`)
  writeFileSync(draft, JSON.stringify(me), { mode: 0o600 })
  try {
    takePlace(dataDirectory, me, draft)
  } finally {
    rmSync(draft, { force: true })
  }
  return { release: () => release(dataDirectory, me) }
}

/** By default the directory lies in a checkout, whose state names releases: it must not look changed for our sake. */
function keepFromGit(dataDirectory: string): void {
  writeFileSync(join(dataDirectory, '.gitignore'), '*\n')
}

function takePlace(dataDirectory: string, me: Holder, draft: string): void {
  for (;;) {
    const chain = readChain(dataDirectory)
    const last = chain.at(-1)
    if (last && isAlive(last)) throw new StoreInUse(dataDirectory, last)
    const claim = join(dataDirectory, claimOn(last))
    if (!linkNew(draft, claim)) continue
    if (readChain(dataDirectory).at(-1)?.nonce === me.nonce) {
      settle(dataDirectory, chain, claim)
      return
    }
    rmSync(claim, { force: true })
  }
}

/** Puts my note in the first place; until then, others find me at the end of the chain. */
function settle(dataDirectory: string, dead: readonly Holder[], claim: string): void {
  if (dead.length === 0) return
  renameSync(claim, join(dataDirectory, LOCK_FILE))
  for (const holder of dead.slice(0, -1)) rmSync(join(dataDirectory, claimOn(holder)), { force: true })
}

function linkNew(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function release(dataDirectory: string, me: Holder): void {
  if (readChain(dataDirectory)[0]?.nonce === me.nonce) rmSync(join(dataDirectory, LOCK_FILE), { force: true })
}
