// The feed of a rollout: whoever listens, is cut off and comes back sees every change once, and ends with what is there.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RolloutFacts } from '../../../src/core/report.ts'
import { applyChange, type RolloutChange } from '../../../src/core/report-rollout-change.ts'
import { type RolloutPage, reportRolloutPage } from '../../../src/core/report-rollout-page.ts'
import type { HostState } from '../../../src/core/rollout.ts'
import { Feed } from '../../../src/web/live/feed.ts'
import { openStream } from '../../../src/web/live/stream.ts'
import { fleetOf, planOf } from '../../support/plan-of.ts'
import { type SseEvent, SseReader } from '../../support/sse-reader.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'

const HOSTS = 6
const plan = planOf({ fleet: fleetOf({ a: HOSTS }) })
const queued: HostState = { phase: 'queued', attempt: 1 }
const base: RolloutFacts = {
  ...{ id: 'x', requestedBy: { via: 'terminal', id: '1', name: 'ada' }, createdAt: 5, plan },
  cursor: { phase: 'running', stage: 0, forgiven: { fleet: 0, stage: 0, zones: [0] } },
  hosts: plan.hosts.map(() => queued),
}

function openFeed() {
  const clock = new VirtualClock()
  const feed = new Feed({ id: 'f1', facts: base, clock })
  let hosts = base.hosts
  const move = (host: number, state: HostState) => {
    hosts = hosts.with(host, state)
    feed.stand({ ...base, hosts })
  }
  return { clock, feed, move, facts: (): RolloutFacts => ({ ...base, hosts }) }
}

/** What a page knows: a snapshot replaces it, a change is applied to it and must be the very next one. */
class Page {
  page: RolloutPage | undefined
  seq = -1
  lastEventId: string | undefined
  kinds: string[] = []

  take({ event, id, data }: SseEvent): void {
    const body = data as { seq: number } & RolloutPage & RolloutChange
    this.kinds.push(event)
    if (event === 'snapshot') this.page = body
    else {
      expect(body.seq).toBe(this.seq + 1)
      if (this.page) this.page = applyChange(this.page, body)
    }
    this.seq = body.seq
    this.lastEventId = id
  }
}

function listen(feed: Feed, lastEventId?: string) {
  let left = 0
  const leave = () => {
    left += 1
  }
  const reader = new SseReader(openStream({ feed, leave, lastEventId, over: () => false }))
  return { reader, left: () => left }
}

const step = fc.record({
  host: fc.nat(HOSTS - 1),
  state: fc.constantFrom<HostState>(
    { phase: 'running', attempt: 1, step: 'fetch' },
    { phase: 'failed', attempt: 1, step: 'start', signature: 'start exited 1' },
    { phase: 'succeeded', attempt: 1 },
    { phase: 'unreachable', attempt: 2, signature: 'refused' },
  ),
  passMs: fc.constantFrom(0, 100, 300),
  cut: fc.boolean(),
})

describe('a feed', () => {
  it('is resumed without a gap and without a repeat, wherever the connection is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const { clock, feed, move, facts } = openFeed()
        const page = new Page()
        let { reader } = listen(feed)
        const first = await reader.next()
        if (first) page.take(first)
        for (const { host, state, passMs, cut } of steps) {
          move(host, state)
          await clock.pass(passMs)
          if (!cut) continue
          await reader.cancel()
          reader = listen(feed, page.lastEventId).reader
        }
        await clock.pass(1_000)
        const end = feed.snapshot().seq
        while (page.seq < end) {
          const event = await reader.next()
          if (event) page.take(event)
        }
        expect(page.kinds.filter((kind) => kind === 'snapshot')).toHaveLength(1)
        const { signatures: _, ...seen } = JSON.parse(JSON.stringify({ ...page.page, seq: undefined }))
        const { signatures: __, ...there } = JSON.parse(JSON.stringify(reportRolloutPage(facts())))
        expect(named(seen, page.page)).toEqual(named(there, reportRolloutPage(facts())))
      }),
      { numRuns: 60 },
    )
  })

  it('says at most four changes a second, and the last one always', async () => {
    const { clock, feed, move } = openFeed()
    for (let ms = 0; ms < 2_000; ms += 10) {
      move(ms % HOSTS, { phase: 'running', attempt: ms })
      await clock.pass(10)
    }
    expect(feed.snapshot().seq).toBeLessThanOrEqual(9)
    expect(feed.snapshot().seq).toBeGreaterThanOrEqual(7)
    move(0, { phase: 'succeeded', attempt: 9 })
    await clock.pass(250)
    expect(new TextDecoder().decode(feed.snapshot().bytes)).toContain('"succeeded",9')
  })

  it('gives a new snapshot to whoever was away too long, is slow, or comes from another feed', async () => {
    const { clock, feed, move } = openFeed()
    const slow = listen(feed)
    expect((await slow.reader.next())?.event).toBe('snapshot')
    for (let n = 0; n < 300; n++) {
      move(0, { phase: 'running', attempt: n + 2 })
      await clock.pass(250)
    }
    const kinds = async (lastEventId?: string) => (await listen(feed, lastEventId).reader.next())?.event
    expect((await slow.reader.next())?.event).toBe('snapshot')
    expect(await kinds('f1-299')).toBe('change')
    expect(await kinds('f1-61')).toBe('change')
    for (const stale of ['f1-10', 'f2-299', 'f1-999', 'x', '-1', 'f1--1', undefined])
      expect(await kinds(stale)).toBe('snapshot')
  })

  it('beats while nothing happens, ends when it ends, and lets go of each listener once', async () => {
    const { feed } = openFeed()
    const { reader, left } = listen(feed)
    await reader.next()
    const next = reader.next()
    await new Promise((resolve) => setImmediate(resolve))
    feed.beat()
    await new Promise((resolve) => setImmediate(resolve))
    feed.end()
    expect(await next).toBeUndefined()
    await reader.cancel()
    expect([reader.beats, left()]).toEqual([1, 1])
  })

  it('sends whoever listened long enough away at the next beat: they come back and are asked for their rights', async () => {
    const { feed } = openFeed()
    let over = false
    const reader = new SseReader(openStream({ feed, leave: () => {}, lastEventId: undefined, over: () => over }))
    await reader.next()
    const next = reader.next()
    over = true
    await new Promise((resolve) => setImmediate(resolve))
    feed.beat()
    expect(await next).toBeUndefined()
  })

  it('encodes a change once, however many listen', async () => {
    const { clock, feed, move } = openFeed()
    move(0, { phase: 'running', attempt: 1 })
    await clock.pass(250)
    expect(feed.after(0)?.bytes).toBe(feed.after(0)?.bytes)
    expect(feed.snapshot().bytes).toBe(feed.snapshot().bytes)
  })

  it('keeps hostile text inside its field', async () => {
    const { clock, feed, move } = openFeed()
    move(0, { phase: 'failed', attempt: 1, signature: 'a\n\nevent: snapshot\ndata: {}\r\r\u2028' })
    await clock.pass(250)
    const { reader } = listen(feed, 'f1-0')
    expect(await reader.next()).toMatchObject({
      event: 'change',
      data: { signatures: [expect.stringContaining('event:')] },
    })
  })
})

/** Indices of signatures depend on the order in which they were seen; the texts do not. */
function named(rest: object, page: RolloutPage | undefined) {
  const hosts = page?.hosts.map(([name, zone, phase, attempt, step, signature]) => {
    return [name, zone, phase, attempt, step ?? null, signature === undefined ? null : page.signatures[signature]]
  })
  return { ...rest, hosts }
}
