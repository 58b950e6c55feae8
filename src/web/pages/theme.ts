// Keeps the choice of light or dark in a cookie, so that a page comes in the right colours at once and without a script.

import type { Context } from 'hono'
import { setCookie } from 'hono/cookie'
import { readForm } from '../read-form.ts'
import { returnTo } from '../sign-in/return-to.ts'
import type { WebEnv } from '../who.ts'
import { THEMES } from './layout.ts'

const YEAR_S = 365 * 86_400

export async function keepTheme(context: Context<WebEnv>): Promise<Response> {
  const { theme, from } = await readForm(context)
  const chosen = THEMES.find((each) => each === theme) ?? 'auto'
  setCookie(context, 'theme', chosen, { path: '/', maxAge: YEAR_S, sameSite: 'Lax', httpOnly: true })
  return context.redirect(returnTo(from), 303)
}
