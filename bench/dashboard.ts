// What a rollout's page costs the browser that shows it: until the first view stands, and for each change that arrives. The page,
// the feed and the guards are the real ones; the fleet is made up.

import { parseArgs } from 'node:util'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { newRollout, type RolloutState } from '../src/core/rollout-state.ts'
import { openBrowser } from '../test/support/showcase/browser.ts'
import { seed } from '../test/support/showcase/rollouts.ts'
import { type Served, servePages } from '../test/support/showcase/serve-pages.ts'
import { ADA, large, NOW } from '../test/support/showcase/world.ts'
import { machine, median, print } from './print.ts'

type Wanted = { hosts: number; changed: number; rounds: number }

const ID = 'bench'

export async function benchDashboard(argv: readonly string[]): Promise<void> {
  const wanted = read(argv)
  print({ bench: 'dashboard', kind: 'settings', ...wanted, ...machine() })
  const served = await servePages({ now: NOW, person: ADA })
  await seed(served.store, large(ID, wanted.hosts))
  const browser = await openBrowser()
  try {
    print({ bench: 'dashboard', kind: 'scripts', ...(await weigh(browser, served)) })
    const views = await firstViews(browser, served, wanted)
    print({ bench: 'dashboard', kind: 'first-view', ...wanted, medianMs: median(views), worstMs: Math.max(...views) })
    const costs = await changes(browser, served, wanted)
    print({ bench: 'dashboard', kind: 'change', ...wanted, ...costs })
  } finally {
    await browser.close()
    await served.close()
  }
}

function read(argv: readonly string[]): Wanted {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const
  const options = { hosts: text('10000'), changed: text('500'), rounds: text('20') }
  const { values } = parseArgs({ args: [...argv], options })
  return { hosts: Number(values.hosts), changed: Number(values.changed), rounds: Number(values.rounds) }
}

/** Bytes of script as they travel. */
async function weigh(browser: Browser, served: Served): Promise<Record<string, number>> {
  const page = await browser.newPage()
  const sizes: Promise<number>[] = []
  page.on('requestfinished', (request) => {
    if (request.resourceType() === 'script')
      sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize))
  })
  await shown(page, served)
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
  await page.close()
  return { files: sizes.length, bytes }
}

/** From the navigation until every host is drawn and the page is live. Each in a browser's profile of its own: nothing is cached. */
async function firstViews(browser: Browser, served: Served, { rounds }: Wanted): Promise<number[]> {
  const views: number[] = []
  for (let round = 0; round < Math.min(rounds, 7); round++) {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.addInitScript(WHEN_LIVE)
    await shown(page, served)
    views.push(await page.evaluate<number>('globalThis.liveAt'))
    await context.close()
  }
  return views
}

/** After the frame in which it was painted. */
const WHEN_LIVE = `globalThis.liveAt = new Promise((resolve) => addEventListener('DOMContentLoaded', () => {
  const sign = document.getElementById('live')
  const done = () => requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))
  new MutationObserver(() => sign.dataset.state === 'live' && done()).observe(sign, { attributes: true })
}))`

async function shown(page: Page, served: Served): Promise<void> {
  await page.goto(`${served.address}/rollouts/${ID}`)
  await page.locator('#live[data-state=live]').waitFor()
}

/** Script, style and layout of each change, as Chromium counts them. */
async function changes(browser: Browser, served: Served, wanted: Wanted): Promise<Record<string, number>> {
  const page = await browser.newPage()
  let heard = () => {}
  await page.exposeFunction('heard', () => heard())
  await shown(page, served)
  await page.evaluate(
    `new MutationObserver(() => heard()).observe(document.querySelector('.state'), { subtree: true, characterData: true, childList: true })`,
  )
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const state = await stateOf(served)
  const costs: Cost[] = []
  for (let round = 0; round < wanted.rounds; round++) {
    const before = await costOf(session)
    const arrived = new Promise<void>((resolve) => {
      heard = resolve
    })
    served.moved(ID, change(state, round, wanted.changed))
    await arrived
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))')
    const after = await costOf(session)
    costs.push({ scriptMs: after.scriptMs - before.scriptMs, layoutMs: after.layoutMs - before.layoutMs })
  }
  await page.close()
  const scriptMs = median(costs.map((cost) => cost.scriptMs))
  const layoutMs = median(costs.map((cost) => cost.layoutMs))
  const sums = costs.map((cost) => cost.scriptMs + cost.layoutMs)
  return { scriptMs, layoutMs, medianMs: median(sums), worstMs: Math.max(...sums) }
}

type Cost = { scriptMs: number; layoutMs: number }

async function costOf(session: CDPSession): Promise<Cost> {
  const { metrics } = await session.send('Performance.getMetrics')
  const of = (name: string) => (metrics.find((metric) => metric.name === name)?.value ?? 0) * 1_000
  return { scriptMs: of('ScriptDuration'), layoutMs: of('LayoutDuration') + of('RecalcStyleDuration') }
}

async function stateOf({ store }: Served): Promise<RolloutState> {
  const record = await store.rollout(ID)
  if (!record) throw new Error('nothing was seeded')
  return { ...newRollout(record.plan), cursor: record.cursor, hosts: await store.hosts(ID) }
}

/** Some hosts, spread over the fleet, end or begin anew. */
function change(state: RolloutState, round: number, changed: number): RolloutState {
  const hosts = [...state.hosts]
  const step = Math.floor(hosts.length / changed)
  for (let index = round % step; index < hosts.length; index += step) {
    const done = hosts[index]?.phase === 'succeeded'
    hosts[index] = { ...hosts[index], attempt: 1, phase: done ? 'running' : 'succeeded' }
  }
  state.hosts.splice(0, hosts.length, ...hosts)
  return state
}
