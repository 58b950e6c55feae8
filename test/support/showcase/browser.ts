// Chromium as npm delivers it, without a window; or the reason why it cannot start here.

import Chromium from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'

export async function openBrowser(): Promise<Browser> {
  const executablePath = await Chromium.executablePath()
  return await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'], headless: true })
}

/** `undefined`: it starts. */
export async function whyNoBrowser(): Promise<string | undefined> {
  try {
    await (await openBrowser()).close()
    return undefined
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? 'unknown') : String(error)
  }
}
