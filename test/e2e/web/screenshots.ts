// Makes the pictures of docs/pictures: every page of the made-up company, in light or dark. Run by `npm run screenshots`.

import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Line } from '../../../src/apps/cli/screen/line.ts'
import { statusLines } from '../../../src/apps/cli/words/status.ts'
import { reportRollout } from '../../../src/core/report.ts'
import { openApiHouse } from '../../support/api-house.ts'
import { openBrowser } from '../../support/showcase/browser.ts'
import { servePages } from '../../support/showcase/serve-pages.ts'
import { ADA, NOW, seedWorld } from '../../support/showcase/world.ts'

const FOLDER = fileURLToPath(new URL('../../../docs/pictures/', import.meta.url))
const FRONT = '/environments/storefront/production'

const COLOURS = { bold: '#fff', dim: '#868c98', red: '#ff7b72', green: '#7ee787', yellow: '#e3b341', cyan: '#79c0ff' }

type Shot = { name: string; path: string; theme?: 'dark'; open?: string; height?: number; click?: string }

const SHOTS: readonly Shot[] = [
  { name: 'environments', path: '/' },
  { name: 'environments-dark', path: '/', theme: 'dark' },
  { name: 'rollout-halted', path: '/rollouts/rollout-3', height: 1500 },
  { name: 'rollout-halted-dark', path: '/rollouts/rollout-3', theme: 'dark', height: 1500 },
  { name: 'rollout-confirm', path: '/rollouts/rollout-3', open: 'Roll back…' },
  { name: 'rollout-running', path: '/rollouts/rollout-4' },
  { name: 'rollout-large', path: '/rollouts/rollout-6', height: 1300 },
  { name: 'host-drawer', path: '/rollouts/rollout-3', click: '.failures .names a', height: 900 },
  { name: 'environment', path: FRONT },
  { name: 'deploy', path: `${FRONT}/deploy` },
  { name: 'plan', path: `${FRONT}/deploy?ref=v1.4.2&plan=yes` },
  { name: 'history', path: `${FRONT}/history?at=2026-11-15T12:00` },
  { name: 'hosts', path: `${FRONT}/hosts` },
  { name: 'host', path: `${FRONT}/hosts/web01.us-east-1a` },
  { name: 'where', path: '/where?release=v1.4' },
  { name: 'locks', path: '/locks' },
  { name: 'audit', path: '/audit' },
  { name: 'api', path: '/api/docs', height: 900 },
]

const house = await openApiHouse()
const api = JSON.parse(await (await house.web.request('/api/openapi.json')).text())
const served = await servePages({ now: NOW, person: ADA, api })
await seedWorld(served.store)
const signedIn = await servePages({ now: NOW, person: ADA, signIn: true })
const browser = await openBrowser()
mkdirSync(FOLDER, { recursive: true })
try {
  for (const shot of SHOTS) await take(shot)
  await takeTerminal()
  await takeStatus()
} finally {
  await browser.close()
  await served.close()
  await signedIn.close()
  await house.close()
}

async function take({ name, path, theme, open, click, height = 760 }: Shot): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1180, height }, colorScheme: theme ?? 'light' })
  await page.clock.setFixedTime(NOW)
  await page.goto(`${served.address}${path}`)
  if (path.startsWith('/rollouts/')) await page.locator('#live[data-state=live]').waitFor()
  if (open !== undefined) await page.getByText(open).click()
  if (click !== undefined) await page.locator(click).first().click()
  if (click !== undefined) await page.locator('dialog #host').waitFor()
  await page.screenshot({ path: `${FOLDER}${name}.png` })
  await page.close()
}

/** What `houston status production` prints, in a terminal's colours. */
async function takeStatus(): Promise<void> {
  const record = await served.store.rollout('rollout-3')
  if (!record) throw new Error('there is no such rollout')
  const report = reportRollout({ ...record, hosts: await served.store.hosts(record.id) })
  const text = [['$ houston status production'], [], ...statusLines(report, NOW)].map(toHtml).join('\n')
  const page = await browser.newPage({ viewport: { width: 1180, height: 720 } })
  await page.setContent(
    `<body style="margin:0;background:#16181d;color:#d7dae0"><pre style="font:15px/1.5 monospace;padding:24px;white-space:pre-wrap">${text}</pre>`,
  )
  await page.screenshot({ path: `${FOLDER}status.png` })
  await page.close()
}

function toHtml(line: Line): string {
  const plain = (words: string) => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return line
    .map((piece) =>
      typeof piece === 'string'
        ? plain(piece)
        : `<span style="color:${COLOURS[piece.style]}">${plain(piece.text)}</span>`,
    )
    .join('')
}

/** The page is behind a code that is typed. */
async function takeTerminal(): Promise<void> {
  const wish = { machine: 'ada-laptop', address: '203.0.113.9', scopes: [{ may: 'act' as const }] }
  const { user } = await signedIn.terminals.begin(wish)
  const page = await browser.newPage({ viewport: { width: 1180, height: 620 }, colorScheme: 'light' })
  await page.goto(`${signedIn.address}/device`)
  await page.getByLabel('Code').fill(user)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Allow' }).waitFor()
  await page.screenshot({ path: `${FOLDER}terminal.png` })
  await page.close()
}
