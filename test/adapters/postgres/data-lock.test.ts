// One process at a time on a data directory: the living are respected, the dead never block, and of many one wins.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { lockDataDirectory } from '../../../src/adapters/postgres/data-lock.ts'
import { StoreInUse } from '../../../src/adapters/postgres/errors.ts'
import { type Holder, readHolder } from '../../../src/adapters/postgres/holder.ts'
import { thisProcess } from '../../../src/adapters/postgres/process-identity.ts'
import { Child } from '../../support/child.ts'
import { newDirectory } from '../../support/on-stores.ts'

const ends: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

function directory(): string {
  const { path, remove } = newDirectory()
  ends.push(remove)
  return path
}

/** Takes the lock in a process of its own, and holds it. */
function child(path: string): Child {
  const started = new Child('lock-taker.ts', path)
  ends.push(() => started.kill())
  return started
}

const noteOf = (over: Partial<Holder>): Holder => ({
  ...thisProcess(),
  startedAt: 1,
  nonce: '00000000-0000-4000-8000-000000000000',
  ...over,
})

describe('lockDataDirectory', () => {
  it('keeps a directory that it makes out of the checkout it may lie in', () => {
    const path = join(directory(), 'data')
    lockDataDirectory(path).release()
    expect(readFileSync(join(path, '.gitignore'), 'utf8')).toBe('*\n')
  })

  it('refuses a second process with the holder, its socket and what to do', async () => {
    const path = directory()
    const holder = child(path)
    expect(await holder.next()).toEqual({ taken: true })
    const attempt = () => lockDataDirectory(path)
    expect(attempt).toThrow(StoreInUse)
    expect(attempt).toThrow(new RegExp(`in use by process ${holder.pid} .*Wait for it to end`))
    expect(readHolder(path)).toMatchObject({ pid: holder.pid, control: '/run/houston.sock' })
  })

  it('takes the place of a process that was killed, at once, and leaves nothing of it', async () => {
    const path = directory()
    const holder = child(path)
    await holder.next()
    await holder.kill()
    expect(readHolder(path)).toBeUndefined()
    const lock = lockDataDirectory(path, '/run/mine.sock')
    expect(readHolder(path)).toMatchObject({ pid: process.pid, control: '/run/mine.sock' })
    expect(readdirSync(path)).toEqual(['lock'])
    lock.release()
    expect(readdirSync(path)).toEqual([])
  })

  const dead: [string, Partial<Holder>][] = [
    ['whose pid another process has by now', { processStart: '1' }],
    ['of before the machine was restarted', { boot: 'another' }],
    ['whose pid nobody has', { pid: 4_194_303 }],
  ]
  it.each(dead)('takes the place of one %s', (_name, over) => {
    const path = directory()
    writeFileSync(join(path, 'lock'), JSON.stringify(noteOf(over)))
    expect(readHolder(path)).toBeUndefined()
    lockDataDirectory(path).release()
  })

  it('respects one that took a dead one its place and was not done yet', () => {
    const path = directory()
    const [gone, alive] = [noteOf({ pid: 4_194_303 }), noteOf({ nonce: '00000000-0000-4000-8000-000000000001' })]
    writeFileSync(join(path, 'lock'), JSON.stringify(gone))
    writeFileSync(join(path, `lock.${gone.nonce}`), JSON.stringify(alive))
    expect(() => lockDataDirectory(path)).toThrow(StoreInUse)
    expect(readHolder(path)).toMatchObject({ nonce: alive.nonce })
  })

  it('goes on where one that took a place died before it was done', () => {
    const path = directory()
    const [gone, half] = [
      noteOf({ pid: 4_194_303 }),
      noteOf({ pid: 4_194_302, nonce: '00000000-0000-4000-8000-000000000001' }),
    ]
    writeFileSync(join(path, 'lock'), JSON.stringify(gone))
    writeFileSync(join(path, `lock.${gone.nonce}`), JSON.stringify(half))
    lockDataDirectory(path)
    expect(readHolder(path)?.pid).toBe(process.pid)
    expect(readdirSync(path)).toEqual(['lock'])
  })

  it('does not release the lock of another', () => {
    const path = directory()
    const lock = lockDataDirectory(path)
    const other = JSON.stringify(noteOf({ pid: 1 }))
    writeFileSync(join(path, 'lock'), other)
    lock.release()
    expect(readFileSync(join(path, 'lock'), 'utf8')).toBe(other)
  })

  it('refuses a lock file that it cannot read, and names it', () => {
    const path = directory()
    writeFileSync(join(path, 'lock'), 'half a no')
    expect(() => lockDataDirectory(path)).toThrow(/lock is not a lock of Houston's/)
  })

  it('a lock that the system keeps from it is never called a stray file', () => {
    const path = directory()
    mkdirSync(join(path, 'lock'))
    expect(() => readHolder(path)).toThrow(/lock cannot be read \(EISDIR\)\. Work as the user/)
  })

  it('lets one of many win, with a dead holder in the way, round after round', async () => {
    const path = directory()
    for (let round = 0; round < 3; round += 1) {
      const racers = Array.from({ length: 6 }, () => child(path))
      const answers = await Promise.all(racers.map((racer) => racer.next()))
      expect(answers.filter((answer) => answer?.taken)).toHaveLength(1)
      const winner = racers.find((racer) => racer.said[0]?.taken)
      expect(readHolder(path)?.pid).toBe(winner?.pid)
      await Promise.all(racers.map((racer) => racer.kill()))
    }
  })
})
