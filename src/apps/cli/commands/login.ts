// houston login and logout: keeps a token for a server, after asking the server whose it is; and forgets it.

import { me } from '../../../web/api/schema/record.ts'
import type { App } from '../app.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { styled } from '../screen/line.ts'
import { askServer } from '../server/ask-server.ts'
import { forgetToken, keepToken, tokensFile } from '../server/kept-tokens.ts'
import { secureOrigin } from '../server/server-place.ts'
import { wordsLines } from '../words/refusal.ts'

export async function login(app: App, given: string | undefined): Promise<ExitCode> {
  const { screen, env } = app
  const url = serverOf(app, given)
  screen.err.print([['Make a token at ', styled('cyan', `${url}/tokens`), ' and paste it here.']])
  const token = (await screen.ask(['Token: ']))?.trim()
  if (token === undefined) throw new Failure(EXIT.usage, wordsLines(NOBODY_THERE))
  const answer = await askServer({ url, token }, { path: '/v1/me' }, me)
  if (answer.kind !== 'answer') throw new Failure(EXIT.refused, [[`${url} does not say whose token this is.`]])
  keepToken(env, url, token)
  const { person, scopes } = answer.value
  const may = scopes === undefined || scopes.some((scope) => scope.may === 'act') ? 'look and act' : 'look'
  screen.out.print([[`You are ${person.name} at ${url}, and may ${may} as far as the token reaches.`]])
  screen.err.print([[styled('dim', `Kept in ${tokensFile(env)}. It is used where HOUSTON_URL=${url} is set.`)]])
  return EXIT.ok
}

export function logout(app: App, given: string | undefined): ExitCode {
  const url = serverOf(app, given)
  const forgotten = forgetToken(app.env, url)
  app.screen.err.print([
    [
      forgotten
        ? `The token for ${url} is forgotten here; ${url}/tokens revokes it.`
        : `There is no token for ${url} here.`,
    ],
  ])
  return EXIT.ok
}

function serverOf({ env }: App, given: string | undefined): string {
  const named = given ?? env.HOUSTON_URL
  if (named === undefined || named === '') throw new Failure(EXIT.usage, wordsLines(NO_SERVER))
  return secureOrigin(named)
}

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
