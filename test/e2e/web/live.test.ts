// What the island makes of a stream of changes is what the server would have rendered, for small fleets and for drawn ones; and
// after a cut connection too.

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HostState } from '../../../src/core/rollout.ts'
import { newRollout } from '../../../src/core/rollout-state.ts'
import { commitOf } from '../../support/rollout-of.ts'
import { openBrowser, whyNoBrowser } from '../../support/showcase/browser.ts'
import { seed } from '../../support/showcase/rollouts.ts'
import { type Served, servePages } from '../../support/showcase/serve-pages.ts'
import { ADA, large, NOW } from '../../support/showcase/world.ts'

const missing = await whyNoBrowser()
const skipped = missing !== undefined && process.env.HOUSTON_TEST_NO_SKIP !== '1'
const PHASES = ['running', 'succeeded', 'failed', 'unreachable', 'unknown', 'skipped', 'queued'] as const

describe.skipIf(skipped)(`a live page${missing === undefined ? '' : ` (Chromium cannot start: ${missing})`}`, () => {
  let served: Served
  let browser: Browser

  beforeAll(async () => {
    served = await servePages({ now: NOW, person: ADA })
    browser = await openBrowser()
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await served?.close()
  })

  /** Some hosts are at another place of their lives. */
  async function move(id: string, round: number): Promise<void> {
    const record = await served.store.rollout(id)
    if (!record) throw new Error('nothing was seeded')
    const { plan, cursor, epoch } = record
    const hosts = await served.store.hosts(id)
    const changed = hosts.flatMap((_, index) =>
      index % 7 === round % 7 ? [{ index, state: stateOf(index, round) }] : [],
    )
    for (const { index, state } of changed) hosts[index] = state
    await served.store.commit(commitOf(id, epoch, { cursor, hosts: changed }))
    served.moved(id, { ...newRollout(plan), cursor, hosts })
  }

  const open = async (id: string) => {
    const page = await browser.newPage()
    await page.clock.setFixedTime(NOW)
    await page.goto(`${served.address}/rollouts/${id}`)
    await page.locator('#live[data-state=live]').waitFor()
    return page
  }

  it.each([48, 600, 2_400])('over %d hosts is what a fresh page is', async (hosts) => {
    const id = `live-${hosts}`
    await seed(served.store, { ...large(id, hosts), environment: id })
    const page = await open(id)
    // At first all at once, which changes the page's size; then one more, which does not.
    for (const rounds of [12, 13]) {
      for (let round = rounds === 12 ? 0 : 12; round < rounds; round++) await move(id, round)
      const fresh = await open(id)
      await expect.poll(() => looksOf(page), { timeout: 20_000 }).toEqual(await looksOf(fresh))
      await fresh.close()
    }
    await page.close()
  })

  it('goes on after the connection was cut', async () => {
    await seed(served.store, { ...large('cut', 48), environment: 'cut' })
    const page = await open('cut')
    served.cut()
    await page.locator('#live[data-state=lost]').waitFor()
    for (let round = 0; round < 3; round++) await move('cut', round)
    await page.locator('#live[data-state=live]').waitFor({ timeout: 20_000 })
    const fresh = await open('cut')
    await expect.poll(() => looksOf(page), { timeout: 20_000 }).toEqual(await looksOf(fresh))
    await Promise.all([page.close(), fresh.close()])
  })

  it('goes on after a server that ended, and whatever answered in its place', async () => {
    await seed(served.store, { ...large('away', 48), environment: 'away' })
    const page = await open('away')
    served.refuse(2)
    served.cut()
    await page.locator('#live[data-state=refused]').waitFor({ timeout: 20_000 })
    await move('away', 1)
    await page.locator('#live[data-state=live]').waitFor({ timeout: 20_000 })
    const fresh = await open('away')
    await expect.poll(() => looksOf(page), { timeout: 20_000 }).toEqual(await looksOf(fresh))
    await Promise.all([page.close(), fresh.close()])
  })

  it('takes over without closing what somebody opened meanwhile, or losing what they typed', async () => {
    await seed(served.store, { ...large('slow', 48), environment: 'slow' })
    const page = await browser.newPage()
    await page.clock.setFixedTime(NOW)
    const arrived = Promise.withResolvers<void>()
    await page.route('**/events', async (route) => {
      await arrived.promise
      await route.continue()
    })
    await page.goto(`${served.address}/rollouts/slow`)
    await page.locator('.acts summary', { hasText: 'Roll back' }).click()
    await page.locator('.acts details[open] input[name=reason]').fill('it is slow')
    arrived.resolve()
    await page.locator('#live[data-state=live]').waitFor()
    const open = page.locator('.acts details[open]')
    expect(await open.locator('input[name=verb]').getAttribute('value')).toBe('rollback')
    expect(await open.locator('input[name=reason]').inputValue()).toBe('it is slow')
    expect(await page.evaluate<string>('document.activeElement.name')).toBe('reason')
    await page.close()
  })

  it('says in its title how it stands now', async () => {
    await seed(served.store, { ...large('title', 48), environment: 'title' })
    const page = await open('title')
    expect(await page.title()).toMatch(/^running: deploy /)
    const record = await served.store.rollout('title')
    if (!record) throw new Error('nothing was seeded')
    const cursor = { ...record.cursor, phase: 'halted' as const }
    served.moved('title', { ...newRollout(record.plan), cursor, hosts: await served.store.hosts('title') })
    await expect.poll(() => page.title(), { timeout: 20_000 }).toMatch(/^halted: deploy /)
    await page.close()
  })

  it('of all environments is what a fresh page is, when something was locked and after a cut', {
    timeout: 30_000,
  }, async () => {
    await seed(served.store, { ...large('live-matrix', 12), environment: 'live-matrix' })
    const board = async () => {
      const page = await browser.newPage()
      await page.clock.setFixedTime(NOW)
      await page.goto(served.address)
      await page.locator('#live[data-state=live]').waitFor()
      return page
    }
    const page = await board()
    const row = page.locator('#environments tr', { hasText: 'live-matrix' })
    const target = { application: 'edge', environment: 'live-matrix' }
    await served.store.changeLock(target, { verb: 'lock', by: ADA, reason: '<b>a wall</b>' })
    await row.getByText('<b>a wall</b>').waitFor()
    served.cut()
    await page.locator('#live[data-state=lost]').waitFor()
    await served.store.changeLock(target, { verb: 'unlock', by: ADA, steal: false })
    await row.getByText('open').waitFor({ timeout: 20_000 })
    const fresh = await board()
    expect(await page.locator('#environments').innerHTML()).toBe(await fresh.locator('#environments').innerHTML())
    await page.close()
    await fresh.close()
  })
})

function stateOf(index: number, round: number): HostState {
  const phase = PHASES[(index + round) % PHASES.length] ?? 'queued'
  const unwell = phase === 'failed' || phase === 'unreachable' || phase === 'unknown'
  return {
    ...{ phase, attempt: 1 + (round % 2), startedAt: NOW - 60_000 },
    ...(phase === 'running' && { step: 'start' as const }),
    ...(unwell && { step: 'start' as const, signature: `<i>exit ${index % 3}</i>` }),
  }
}

/** Everything that moves: words, cells, rows, and the points of drawings. */
async function looksOf(page: Page): Promise<unknown> {
  return await page.evaluate<unknown>(`({
    words: document.getElementById('rollout').innerText,
    cells: [...document.querySelectorAll('.grid .cell')].map((cell) => [cell.className, cell.title, cell.textContent]),
    rows: [...document.querySelectorAll('#table tbody tr')].map((row) => [row.innerText, row.cells[2].className]),
    bars: [...document.querySelectorAll('#rollout svg')].map((drawing) => drawing.innerHTML),
    drawn: [...document.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL()),
  })`)
}
