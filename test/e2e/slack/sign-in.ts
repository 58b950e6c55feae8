// Somebody with a browser, who signs in at Houston with their account at GitHub as people do: from page to page, as each sends on.

import type { Person } from '../../support/github-stand-in/world.ts'
import { type Browser, NETWORK, openBrowser } from '../../support/web-browser.ts'
import type { GithubPage } from './github-page.ts'

export function browserAt(url: string): Browser {
  return openBrowser(NETWORK, url)
}

/** The page at GitHub to which whoever signs in is sent; afterwards they go on to this path of Houston. */
export async function askedAtGithub(browser: Browser, path: string): Promise<string> {
  return sentTo(await browser.visit(`/sign-in?to=${encodeURIComponent(path)}`))
}

/** Answers what stands at the path for this person; they consent at GitHub where they are asked. */
export async function visitAs(
  browser: Browser,
  path: string,
  of: { page: GithubPage; person: Person },
): Promise<Response> {
  const back = of.page.consent(await askedAtGithub(browser, path), of.person)
  const signedIn = await browser.visit(pathOf(back))
  return await browser.visit(sentTo(signedIn))
}

export function pathOf(url: string): string {
  const { pathname, search } = new URL(url)
  return `${pathname}${search}`
}

function sentTo(response: Response): string {
  const to = response.headers.get('location')
  if (response.status !== 303 || to === null) throw new Error(`it sends nobody on: ${response.status}`)
  return to
}
