// The set-up over HTTP: from the link in the log to an App that works, through GitHub and back. It ends itself: with an App there
// is nothing left to set up.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createApp, isManifestCode } from '../../../adapters/github/create-app.ts'
import { inspectApp } from '../../../adapters/github/inspect-app.ts'
import { webUrlOf } from '../../../adapters/github/web-url.ts'
import type { Settings } from '../../../config/settings.ts'
import { send } from '../../server/respond.ts'
import type { Routes } from '../../server/serve-http.ts'
import { admit, type Entrance, type Page } from '../../setup/admit.ts'
import type { SetupGate } from '../../setup/gate.ts'
import { pageHeaders, troublePage } from '../../setup/page.ts'
import type { LinkOf } from './link.ts'
import { writeManifest } from './manifest.ts'
import type { Registration } from './registration.ts'
import { type Choice, donePage, formPage, SETUP_PATH } from './setup-page.ts'

export type SetupOptions = {
  gate: SetupGate
  registration: Registration
  linkOf: LinkOf
  /** Where this server is reached. */
  url: string
  settings: Pick<Settings, 'databaseUrl'>
  failed: (fault: Error) => void
}

const BACK_PATH = `${SETUP_PATH}/back` as const

export function setupRoutes(options: SetupOptions): Routes {
  const answer = (visit: Visit) => {
    return async (request: IncomingMessage, response: ServerResponse) => {
      const { status, body, headers } = await admit(request, entranceOf(options), (query) => visit(query, options))
      const { apiUrl } = options.registration
      send(response, status, body, { ...pageHeaders(webUrlOf(apiUrl)), ...headers })
    }
  }
  return { [SETUP_PATH]: { GET: answer(show) }, [BACK_PATH]: { GET: answer(comeBack) } }
}

type Visit = (query: URLSearchParams, options: SetupOptions) => Page | Promise<Page>

function entranceOf({ gate, registration, url }: SetupOptions): Entrance {
  return { gate, path: SETUP_PATH, cookie: 'houston_setup', url, done: () => registration.current() !== undefined }
}

async function show(query: URLSearchParams, options: SetupOptions): Promise<Page> {
  const { gate, registration, url } = options
  if (registration.current()) return await showDone(options)
  const named = query.get('organization')?.trim() ?? ''
  const choice: Choice = {
    organization: /^[A-Za-z0-9-]{0,39}$/.test(named) ? named : '',
    teams: query.get('teams') === 'yes',
  }
  const owner = choice.organization === '' ? '' : `/organizations/${choice.organization}`
  const action = `${webUrlOf(registration.apiUrl)}${owner}/settings/apps/new?state=${gate.newState()}`
  const manifest = writeManifest({ url, back: `${url}${BACK_PATH}`, teams: choice.teams })
  return { status: 200, body: formPage(choice, { action, manifest }) }
}

/** The credentials are tried at once, by asking GitHub who the App is. */
async function showDone({ linkOf, registration, settings, failed }: SetupOptions): Promise<Page> {
  const link = linkOf()
  try {
    if (!link) throw new Error('the App is gone')
    const report = await inspectApp(link.github.app)
    return {
      status: 200,
      body: donePage(report, { file: registration.file, shared: settings.databaseUrl !== undefined }),
    }
  } catch (error) {
    failed(asError(error))
    const what = `The App's credentials are kept, but GitHub did not accept them: ${asError(error).message}`
    return { status: 502, body: troublePage(what, 'Load this page again; houston doctor asks the same.') }
  }
}

async function comeBack(query: URLSearchParams, { gate, registration, failed }: SetupOptions): Promise<Page> {
  const done: Page = { status: 303, body: '', headers: { location: SETUP_PATH } }
  if (registration.current()) return done
  const code = query.get('code') ?? ''
  if (!gate.takeState(query.get('state') ?? '') || !isManifestCode(code))
    return { status: 400, body: troublePage('GitHub came back with something that was not asked for here.', AGAIN) }
  try {
    const app = await createApp(registration.apiUrl, code)
    registration.keep({
      GITHUB_APP_ID: String(app.id),
      GITHUB_PRIVATE_KEY: app.privateKey.reveal(),
      GITHUB_WEBHOOK_SECRET: app.webhookSecret.reveal(),
      GITHUB_CLIENT_ID: app.oauth.id,
      GITHUB_CLIENT_SECRET: app.oauth.secret.reveal(),
    })
    return done
  } catch (error) {
    failed(asError(error))
    const what = `The App's credentials could not be fetched or kept: ${asError(error).message}`
    return { status: 502, body: troublePage(what, `Delete the App at GitHub if it was made. ${AGAIN}`) }
  }
}

const AGAIN = `Begin again at ${SETUP_PATH}.`

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
