// Every page in both themes and on a small screen: nothing that axe finds, nothing on the console, nothing from elsewhere.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openBrowser, whyNoBrowser } from '../../support/showcase/browser.ts'
import { type Served, servePages } from '../../support/showcase/serve-pages.ts'
import { ADA, NOW, seedWorld } from '../../support/showcase/world.ts'

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
const FRONT = '/environments/storefront/production'
const PATHS = [
  '/',
  FRONT,
  `${FRONT}/deploy`,
  `${FRONT}/deploy?ref=main&plan=yes`,
  `${FRONT}/history?at=2026-11-15T12:00`,
  `${FRONT}/hosts`,
  `${FRONT}/hosts/web01.us-east-1a`,
  '/rollouts/rollout-3',
  '/rollouts/rollout-4',
  '/rollouts/rollout-6',
  '/rollouts/rollout-3/hosts/web05.us-east-1a',
  '/rollouts/none',
  '/where?release=v1.4',
  '/locks',
  '/audit',
  '/tokens',
]

const missing = await whyNoBrowser()
const skipped = missing !== undefined && process.env.HOUSTON_TEST_NO_SKIP !== '1'
const found = z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }))

describe.skipIf(skipped)(`every page${missing === undefined ? '' : ` (Chromium cannot start: ${missing})`}`, () => {
  let served: Served
  let browser: Browser

  beforeAll(async () => {
    served = await servePages({ now: NOW, person: ADA })
    await seedWorld(served.store)
    browser = await openBrowser()
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await served?.close()
  })

  async function open(path: string, look: { colorScheme: 'light' | 'dark'; width: number }) {
    const complaints: string[] = []
    const page = await browser.newPage({ colorScheme: look.colorScheme, viewport: { width: look.width, height: 900 } })
    page.on('console', (message) => {
      const expected = path === '/rollouts/none' && message.text().includes('404')
      if (message.type() === 'error' && !expected) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('request', (request) => {
      if (!/^(data:|http:\/\/127\.0\.0\.1:)/.test(request.url())) complaints.push(request.url())
    })
    await page.goto(`${served.address}${path}`)
    if (/^\/rollouts\/rollout-\d$/.test(path)) await page.locator('#live[data-state=live]').waitFor()
    return { page, complaints }
  }

  it.each(PATHS.flatMap((path) => (['light', 'dark'] as const).map((theme) => [path, theme] as const)))(
    '%s in %s',
    async (path, colorScheme) => {
      const { page, complaints } = await open(path, { colorScheme, width: 1180 })
      for (const fold of await page.locator('.acts summary').all()) {
        await fold.click()
        expect(await faultsOf(page)).toEqual([])
      }
      expect(await faultsOf(page)).toEqual([])
      expect(complaints).toEqual([])
      await page.close()
    },
  )

  it.each(['light', 'dark'] as const)('asks strangers in %s to sign in', async (colorScheme) => {
    const closed = await servePages({ now: NOW })
    const page = await browser.newPage({ colorScheme })
    await page.goto(closed.address)
    await page.getByRole('link', { name: 'Sign in with GitHub' }).waitFor()
    expect(await faultsOf(page)).toEqual([])
    await page.close()
    await closed.close()
  })

  it.each(['light', 'dark'] as const)('lets a terminal in, in %s', async (colorScheme) => {
    const signedIn = await servePages({ now: NOW, person: ADA, signIn: true })
    const page = await browser.newPage({ colorScheme, viewport: { width: 390, height: 900 } })
    const show = async (code: string) => {
      await page.getByLabel('Code').fill(code)
      await page.keyboard.press('Enter')
      await page.locator('h1').waitFor()
      expect(await faultsOf(page)).toEqual([])
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    }
    await page.goto(`${signedIn.address}/device`)
    expect(await faultsOf(page)).toEqual([])
    await show('nothing')
    await page.getByRole('alert').waitFor()
    const scopes = [{ may: 'act' as const }, { may: 'look' as const, application: 'storefront' }]
    const machine = 'a-machine-with-a-very-long-name-that-somebody-gave-it.acme.dev'
    const codes = await signedIn.terminals.begin({ machine, address: '203.0.113.77', scopes })
    await show(codes.user.toLowerCase())
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.getByRole('heading', { name: 'Allowed' }).waitFor()
    expect(await faultsOf(page)).toEqual([])
    expect(await signedIn.terminals.hear(codes.device)).toMatchObject({ kind: 'made' })
    expect(signedIn.faults).toEqual([])
    await page.close()
    await signedIn.close()
  })

  it('has a drawer that axe finds nothing in', async () => {
    const { page } = await open('/rollouts/rollout-3', { colorScheme: 'dark', width: 1180 })
    await page.locator('.failures .names a').first().click()
    await page.locator('dialog #host').waitFor()
    expect(await faultsOf(page)).toEqual([])
    await page.close()
  })

  it.each(PATHS)('%s is not wider than a telephone', async (path) => {
    const { page } = await open(path, { colorScheme: 'light', width: 390 })
    const width = await page.evaluate<number>('document.documentElement.scrollWidth')
    expect(width).toBeLessThanOrEqual(390)
    await page.close()
  })

  it('failed nowhere', () => {
    expect(served.faults).toEqual([])
  })
})

/** Evaluated from outside: the pages' policy lets nothing in. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  const answer: unknown = await page.evaluate(
    'axe.run().then(({ violations }) => JSON.parse(JSON.stringify(violations)))',
  )
  return found.parse(answer).map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
}
