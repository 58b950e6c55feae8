// houston login and logout: gets a token from a server, by its page or pasted, and keeps it; ends it and forgets it.

import { hostname } from 'node:os'
import type { z } from 'zod'
import { me } from '../../../web/api/schema/record.ts'
import type { App } from '../app.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { styled } from '../screen/line.ts'
import { askAnyone, askServer, otherVersion } from '../server/ask-server.ts'
import { awaitToken, beginLogin, revokeToken } from '../server/device-login.ts'
import { forgetToken, keepToken, keptToken, tokensFile } from '../server/kept-tokens.ts'
import { browserOf, openBrowser } from '../server/open-browser.ts'
import { secureOrigin } from '../server/server-place.ts'
import { wordsLines } from '../words/refusal.ts'

export type LoginOptions = { token?: boolean; scope?: string }

export async function login(app: App, given: string | undefined, options: LoginOptions): Promise<ExitCode> {
  const url = serverOf(app, given)
  const alone = await askAnyone(url, { path: '/v1/me' }, me)
  if (alone?.by === 'alone') {
    app.screen.out.print([[`${url} needs no login: ${alone.person.name} works there alone, without sign-in.`]])
    app.screen.err.print([[styled('dim', ALONE)]])
    return EXIT.ok
  }
  const token = options.token ? await pastedToken(app, url) : await lentToken(app, url, options)
  const answer = await askServer({ url, token }, { path: '/v1/me' }, me)
  if (answer.kind !== 'answer') throw new Failure(EXIT.refused, [[`${url} does not say whose token this is.`]])
  keepToken(app.env, url, token)
  tell(app, url, answer.value)
  return EXIT.ok
}

function tell({ screen, env }: App, url: string, { person, scopes }: z.output<typeof me>): void {
  const may = scopes === undefined || scopes.some((scope) => scope.may === 'act') ? 'look and act' : 'look'
  screen.out.print([[`You are ${person.name} at ${url}, and may ${may} as far as the token reaches.`]])
  screen.err.print([[styled('dim', `Kept in ${tokensFile(env)}. It is used where HOUSTON_URL=${url} is set.`)]])
}

async function pastedToken({ screen }: App, url: string): Promise<string> {
  screen.err.print([['Make a token at ', styled('cyan', `${url}/tokens`), ' and paste it here.']])
  const token = (await screen.ask(['Token: ']))?.trim()
  if (token === undefined) throw new Failure(EXIT.usage, wordsLines(NOBODY_THERE))
  return token
}

async function lentToken(app: App, url: string, { scope }: LoginOptions): Promise<string> {
  const machine = hostname().slice(0, 60) || 'a terminal'
  const codes = await beginLogin(url, { machine, ...(scope !== undefined && { scope }) })
  if (codes === 'not-there') throw new Failure(EXIT.refused, wordsLines(noSignIn(url)))
  const page = URL.parse(codes.verification_uri)
  if (!page || !/^https?:$/.test(page.protocol)) throw otherVersion({ url })
  app.screen.err.print([
    ['Open      ', styled('cyan', page.href)],
    ['and type  ', styled('bold', codes.user_code)],
    [styled('dim', `This machine is called ${machine} there. The code is good for ${codes.expires_in / 60} minutes.`)],
  ])
  await offerBrowser(app, page.href)
  const token = await awaitToken(url, codes, (ms) => new Promise((resolve) => setTimeout(resolve, ms)))
  if (token === undefined) throw new Failure(EXIT.refused, wordsLines(denied(url)))
  return token
}

async function offerBrowser({ screen, env }: App, address: string): Promise<void> {
  const browser = screen.interactive ? browserOf(env) : undefined
  if (browser === undefined) return
  const said = await screen.ask(['Open it in a browser here? [y/N] '])
  if (said !== undefined && /^y(es)?$/i.test(said.trim())) openBrowser(browser, address)
}

export async function logout(app: App, given: string | undefined): Promise<ExitCode> {
  const url = serverOf(app, given)
  const { err } = app.screen
  const token = keptToken(app.env, url)
  if (token === undefined) {
    err.print([[`There is no token for ${url} here.`]])
    return EXIT.ok
  }
  const revoked = await revokeToken(url, token)
  forgetToken(app.env, url)
  if (revoked) {
    err.print([[`The token for ${url} is revoked, and forgotten here.`]])
    return EXIT.ok
  }
  err.print([[`The token for ${url} is forgotten here, but could not be revoked: ${url}/tokens does that.`]])
  return EXIT.unreachable
}

function serverOf({ env }: App, given: string | undefined): string {
  const named = given ?? env.HOUSTON_URL
  if (named === undefined || named === '') throw new Failure(EXIT.usage, wordsLines(NO_SERVER))
  return secureOrigin(named)
}

const ALONE = 'Commands typed in the folder that it was started in, by the same user, reach it without HOUSTON_URL.'

const NO_SERVER = {
  what: 'No server was named.',
  why: 'A token belongs to one server.',
  next: 'houston login https://houston.acme.dev',
}

const NOBODY_THERE = {
  what: 'Nobody can be asked for the token here.',
  why: 'It is pasted on a terminal, so that it is in no history of a shell.',
  next: 'HOUSTON_TOKEN=… in the environment does the same for scripts',
}

function noSignIn(url: string) {
  const why =
    'Nobody can sign in there: it has no GitHub App with a client secret, or no address, or is of an older version.'
  return { what: `${url} lets no terminal in.`, why, next: `houston login ${url} --token   (to paste one)` }
}

function denied(url: string) {
  return { what: 'This terminal was denied.', why: 'Somebody said no on the page.', next: `houston login ${url}` }
}
