// The contract of the port `InboxStore`: whatever keeps what arrives passes this.

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type InboxMessage, type InboxStore, MAX_BODY_BYTES } from '../../src/engine/ports-inbox.ts'

/** `open` gives an empty inbox. */
export function inboxSuite(open: () => Promise<{ inbox: InboxStore; close: () => Promise<void> }>): void {
  let opened: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(() => opened?.close())
  const inbox = () => opened.inbox
  arriving(inbox)
  handling(inbox)
}

const messageOf = (over: Partial<InboxMessage> = {}): InboxMessage => ({
  ...{ source: 'github', key: randomUUID(), topic: 'push', body: '{"ref":"refs/heads/main"}' },
  ...over,
})

const waits = async (inbox: InboxStore, id: string) => (await inbox.pending()).some((wake) => wake.id === id)

async function received(inbox: InboxStore, message = messageOf()): Promise<string> {
  const outcome = await inbox.receive(message)
  if (outcome.kind === 'refused') throw new Error(outcome.why)
  return outcome.id
}

async function claimed(inbox: InboxStore, id: string) {
  const row = await inbox.claim(id)
  if (!row) throw new Error('nothing to claim')
  return row
}

function arriving(inbox: () => InboxStore): void {
  it('keeps what arrives, and wants it handled', async () => {
    const message = messageOf()
    const id = `github:${message.key}`
    expect(await inbox().receive(message)).toEqual({ kind: 'new', id })
    const { receivedAt, ...row } = { receivedAt: 0, ...(await inbox().read(id)) }
    expect(row).toEqual({ ...message, id, state: 'waiting', attempt: 0, tries: 0 })
    expect(receivedAt).toBeGreaterThan(0)
    expect(await waits(inbox(), id)).toBe(true)
  })

  it('makes one row of 100 duplicates at once', async () => {
    const message = messageOf()
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => inbox().receive(message)))
    expect(outcomes.filter(({ kind }) => kind === 'new')).toHaveLength(1)
    expect(outcomes.filter(({ kind }) => kind === 'repeated')).toHaveLength(99)
    expect((await inbox().pending()).filter(({ id }) => id === `github:${message.key}`)).toHaveLength(1)
  })

  it('tells sources apart', async () => {
    const key = randomUUID()
    expect(await inbox().receive(messageOf({ key }))).toMatchObject({ kind: 'new' })
    expect(await inbox().receive(messageOf({ key, source: 'slack' }))).toMatchObject({ kind: 'new' })
  })

  const names: [string, Partial<InboxMessage>][] = [
    ['no key', { key: '' }],
    ['a long key', { key: 'k'.repeat(201) }],
    ['a key with a space', { key: 'a b' }],
    ['a key beyond ASCII', { key: 'ü' }],
    ['a source with a colon', { source: 'a:b' }],
    ['no source', { source: '' }],
  ]
  it.each(names)('refuses %s', async (_, over) => {
    expect(await inbox().receive(messageOf(over))).toEqual({ kind: 'refused', why: 'no-name' })
  })

  it('refuses a body above the limit, counted in bytes', async () => {
    const body = 'ü'.repeat(MAX_BODY_BYTES / 2)
    const message = messageOf({ body: `${body}.` })
    expect(await inbox().receive(message)).toEqual({ kind: 'refused', why: 'too-large' })
    expect(await inbox().read(`github:${message.key}`)).toBeUndefined()
  })

  it('keeps any text', async () => {
    const id = await received(inbox(), messageOf({ body: `'";\\u0000 \0 \ud800 🚀`, topic: 'x\0' }))
    expect(await inbox().read(id)).toMatchObject({ body: `'";\\u0000 \ufffd \ufffd 🚀`, topic: 'x\ufffd' })
  })
}

function handling(inbox: () => InboxStore): void {
  it('a message that is done is not handled again, also when it arrives again', async () => {
    const message = messageOf()
    const id = await received(inbox(), message)
    const row = await claimed(inbox(), id)
    expect(row).toMatchObject({ ...message, attempt: 1, tries: 1 })
    expect(await waits(inbox(), id)).toBe(true)
    expect(await inbox().receive(message)).toEqual({ kind: 'repeated', id })
    expect(await inbox().settle(row, { kind: 'done', note: 'started r1' })).toBe('noted')
    expect(await inbox().read(id)).toMatchObject({ state: 'done', note: 'started r1' })
    expect(await inbox().receive(message)).toEqual({ kind: 'repeated', id })
    expect(await inbox().claim(id)).toBeUndefined()
    expect(await waits(inbox(), id)).toBe(false)
  })

  it('a message that failed for good is kept and seen, and runs again when it arrives again', async () => {
    const message = messageOf()
    const id = await received(inbox(), message)
    await inbox().settle(await claimed(inbox(), id), { kind: 'failed', note: 'no such branch' })
    expect(await waits(inbox(), id)).toBe(false)
    const [failed] = await inbox().failed(1)
    expect(failed).toMatchObject({ id, state: 'failed', note: 'no such branch', tries: 1 })
    expect(failed).not.toHaveProperty('body')
    expect(await inbox().receive(message)).toEqual({ kind: 'again', id })
    expect(await inbox().receive(message)).toEqual({ kind: 'repeated', id })
    expect(await claimed(inbox(), id)).toMatchObject({ attempt: 2, tries: 1 })
    expect((await inbox().failed(100)).some((row) => row.id === id)).toBe(false)
  })

  it('a message put off is not due before its time', async () => {
    const id = await received(inbox())
    await inbox().settle(await claimed(inbox(), id), { kind: 'later', afterMs: 3_600_000, tries: 1, note: 'busy' })
    expect(await waits(inbox(), id)).toBe(false)
    expect(await inbox().claim(id)).toBeUndefined()
    expect(await inbox().read(id)).toMatchObject({ state: 'waiting', note: 'busy' })
    const other = await received(inbox())
    await inbox().settle(await claimed(inbox(), other), { kind: 'later', afterMs: 0, tries: 7 })
    expect(await claimed(inbox(), other)).toMatchObject({ attempt: 2, tries: 8 })
  })

  it('takes nothing from an attempt that is not the last', async () => {
    const id = await received(inbox())
    const first = await claimed(inbox(), id)
    const second = await claimed(inbox(), id)
    expect(await inbox().settle(first, { kind: 'failed', note: 'late' })).toBe('stale')
    expect(await inbox().settle(second, { kind: 'done' })).toBe('noted')
    expect(await inbox().settle(second, { kind: 'failed', note: 'twice' })).toBe('stale')
    expect(await inbox().read(id)).toMatchObject({ state: 'done' })
    expect(await inbox().read(id)).not.toHaveProperty('note')
  })

  it('forgets what is done after a while, and only that', async () => {
    const [done, failed, waiting] = [await received(inbox()), await received(inbox()), await received(inbox())]
    await inbox().settle(await claimed(inbox(), done), { kind: 'done' })
    await inbox().settle(await claimed(inbox(), failed), { kind: 'failed', note: 'no' })
    await inbox().forget(3_600_000)
    expect(await inbox().read(done)).toBeDefined()
    expect(await inbox().forget(-1_000)).toBeGreaterThan(0)
    expect(await inbox().read(done)).toBeUndefined()
    expect(await inbox().read(failed)).toBeDefined()
    expect(await inbox().read(waiting)).toBeDefined()
  })
}
