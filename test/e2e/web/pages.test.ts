// The pages in a real browser, before `houston serve` and a fleet of real SSH servers: start a deploy, watch it, halt, retry, roll
// back; with the keyboard only, and without any script.

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser, whyNoBrowser } from '../../support/showcase/browser.ts'
import { type House, OPEN_WITHIN_MS, openHouse } from './house.ts'

const missing = await whyNoBrowser()
const skipped = missing !== undefined && process.env.HOUSTON_TEST_NO_SKIP !== '1'
const SLOWEST_MS = 60_000

describe.skipIf(skipped)(
  `pages in a browser${missing === undefined ? '' : ` (Chromium cannot start: ${missing})`}`,
  () => {
    let house: House
    let browser: Browser
    let page: Page
    const complaints: string[] = []

    beforeAll(async () => {
      house = await openHouse()
      browser = await openBrowser()
      page = await browser.newPage()
      listenTo(page)
    }, OPEN_WITHIN_MS)
    afterAll(async () => {
      await browser?.close()
      await house?.close()
    })

    function listenTo(opened: Page): void {
      opened.setDefaultTimeout(SLOWEST_MS)
      opened.on('pageerror', (error) => complaints.push(String(error)))
      opened.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    }

    const phase = (words: string, on = page) => on.locator('.head .badge', { hasText: words }).waitFor()
    const act = async (label: string, on = page) => {
      await on.locator('.acts summary', { hasText: label }).click()
      await on.locator('.acts details[open] button').click()
    }
    const deploy = async (release: string, on = page) => {
      await on.goto(`${house.address}/environments/shop/production`)
      await on.getByRole('link', { name: 'Deploy…' }).click()
      await on.getByLabel('Release').fill(release)
      await on.getByRole('button', { name: 'Show the plan' }).click()
      await on.getByText('on the 1st failure of 4').first().waitFor()
      await on.getByRole('button', { name: 'Deploy to production' }).click()
      await on.waitForURL(/\/rollouts\//)
    }
    const mark = () => page.evaluate('globalThis.stayed = true')
    const stayed = () => page.evaluate<unknown>('globalThis.stayed')

    it(
      'says who works here, and starts a deploy that is watched to its end without loading again',
      async () => {
        await page.goto(house.address)
        expect(await page.locator('.note').textContent()).toContain('without sign-in')
        house.hold('web3')
        await deploy('v1')
        await mark()
        await page.locator('.grid .cell.run', { hasText: 'web3' }).waitFor()
        house.letGo('web3')
        await phase('succeeded')
        expect(await stayed()).toBe(true)
        expect(await page.locator('.grid .cell.ok').count()).toBe(4)
        expect(await page.locator('#table tbody tr', { hasText: '✓ succeeded' }).count()).toBe(4)
        expect(house.journal()).toHaveLength(4)
      },
      SLOWEST_MS,
    )

    it(
      'halts, and goes on',
      async () => {
        house.hold('web1')
        await deploy('v2')
        await mark()
        await page.locator('.grid .cell.run', { hasText: 'web1' }).waitFor()
        await act('Halt')
        await phase('halting')
        house.letGo('web1')
        await phase('halted')
        expect(house.journal().filter((line) => line.endsWith('v2'))).toEqual(['web1 v2'])
        await act('Resume')
        await phase('succeeded')
      },
      SLOWEST_MS,
    )

    it(
      'shows why a host failed, in a drawer and as text; retries it; and rolls back',
      async () => {
        house.sicken('web2')
        await deploy('v3')
        await phase('halted')
        await page.locator('.failures a', { hasText: 'web2' }).click()
        const drawer = page.getByRole('dialog')
        expect(await drawer.locator('pre').textContent()).toContain('<b>no start</b> here')
        await page.keyboard.press('Escape')
        await drawer.waitFor({ state: 'hidden' })
        house.heal('web2')
        await act('Retry failed')
        await phase('succeeded')
        await act('Roll back')
        await page.getByRole('heading', { name: /^Roll back/ }).waitFor()
        await phase('succeeded')
        expect(
          house
            .journal()
            .slice(-4)
            .map((line) => line.split(' ')[1]),
        ).toEqual(['v2', 'v2', 'v2', 'v2'])
        await page.goto(`${house.address}/locks`)
        await page.getByText('held').waitFor()
      },
      SLOWEST_MS,
    )

    it(
      'needs nothing but a keyboard',
      async () => {
        await page.goto(`${house.address}/environments/shop/production`)
        house.hold('web1')
        await tabTo(page, 'Deploy…')
        await page.keyboard.press('Enter')
        await page.getByLabel('Release').waitFor()
        await page.keyboard.type('v4')
        await tabTo(page, 'Show the plan')
        await page.keyboard.press('Enter')
        await page.getByRole('button', { name: 'Deploy to production' }).waitFor()
        await tabTo(page, 'Deploy to production')
        await page.keyboard.press('Enter')
        await page.waitForURL(/\/rollouts\//)
        await page.locator('.grid .cell.run', { hasText: 'web1' }).waitFor()
        await tabTo(page, 'Halt…')
        await page.keyboard.press('Enter')
        await tabTo(page, 'Halt production')
        await page.keyboard.press('Enter')
        await phase('halting')
        house.letGo('web1')
        await phase('halted')
        await page.locator('.grid[data-roves]').first().waitFor()
        await tabTo(page, 'web1')
        await page.keyboard.press('ArrowRight')
        expect(await page.evaluate<string>('document.activeElement.textContent')).toContain('web2')
        await page.keyboard.press('Enter')
        await page.getByRole('dialog').getByRole('heading', { name: 'web2' }).waitFor()
        await page.keyboard.press('Escape')
        await tabTo(page, 'Roll back…')
        await page.keyboard.press('Enter')
        await tabTo(page, 'Roll back production')
        await page.keyboard.press('Enter')
        await page.getByRole('heading', { name: /^Roll back/ }).waitFor()
        await phase('succeeded')
      },
      SLOWEST_MS,
    )

    it(
      'works without any script: the same buttons, and an answer on each load',
      async () => {
        const context = await browser.newContext({ javaScriptEnabled: false })
        const plain = await context.newPage()
        plain.setDefaultTimeout(SLOWEST_MS)
        house.hold('web1')
        await deploy('v5', plain)
        await expect
          .poll(async () => (await plain.reload()) && plain.locator('.grid .cell.run').count(), { timeout: SLOWEST_MS })
          .toBe(1)
        await act('Halt', plain)
        house.letGo('web1')
        await expect
          .poll(async () => (await plain.reload()) && plain.locator('.head .badge').textContent(), {
            timeout: SLOWEST_MS,
          })
          .toContain('halted')
        await act('Abort', plain)
        await expect
          .poll(async () => (await plain.reload()) && plain.locator('.head .badge').textContent(), {
            timeout: SLOWEST_MS,
          })
          .toContain('aborted')
        await context.close()
      },
      SLOWEST_MS,
    )

    it('keeps the colours that were chosen', async () => {
      await page.goto(house.address)
      await page.getByRole('button', { name: 'dark' }).click()
      await page.goto(`${house.address}/audit`)
      expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')
      await page.getByRole('button', { name: 'auto' }).click()
      expect(await page.locator('html').getAttribute('data-theme')).toBeNull()
    })

    it('made no error on the console', () => {
      expect(complaints).toEqual([])
    })
  },
)

/** As somebody without a mouse does: forward, until it is there. */
async function tabTo(page: Page, words: string): Promise<void> {
  for (let presses = 0; presses < 200; presses++) {
    const here = await page.evaluate<string>("document.activeElement?.textContent?.trim() ?? ''")
    if (here.length < 60 && here.includes(words)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`${words} was never reached`)
}
