// Slack's set-up over HTTP: from the link in the log to an app that works. The tokens are tried before they are kept; with a workspace
// there is nothing left to set up.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Settings } from '../../../config/settings.ts'
import { createIntake } from '../../server/intake.ts'
import { send } from '../../server/respond.ts'
import type { Answer, Routes } from '../../server/serve-http.ts'
import { admit, type Entrance, type Page } from '../../setup/admit.ts'
import type { SetupGate } from '../../setup/gate.ts'
import { pageHeaders, troublePage } from '../../setup/page.ts'
import { lineTo } from './connections.ts'
import { readMain, type Workspace } from './credentials.ts'
import { checkTokens, inspectChannels } from './inspect-workspace.ts'
import { makeAppUrl } from './manifest.ts'
import type { SlackRegistration } from './registration.ts'
import { donePage, formPage, SETUP_PATH, TOKENS_PATH } from './setup-page.ts'

export type SetupOptions = {
  gate: SetupGate
  registration: SlackRegistration
  settings: Pick<Settings, 'databaseUrl' | 'slack' | 'url'>
  /** Where the person reaches this server. */
  url: string
  failed: (fault: Error) => void
}

const MOST_BYTES = 8 * 1024
const DONE: Page = { status: 303, body: '', headers: { location: SETUP_PATH } }
const AGAIN = `Begin again at ${SETUP_PATH}.`

export function setupRoutes(options: SetupOptions): Routes {
  const { gate, registration, url } = options
  const done = () => registration.current().length > 0
  const entrance: Entrance = { gate, path: SETUP_PATH, cookie: 'houston_setup', url, done }
  const answer = (visit: (request: IncomingMessage) => Page | Promise<Page>): Answer => {
    return async (request: IncomingMessage, response: ServerResponse) => {
      const { status, body, headers } = await admit(request, entrance, () => visit(request))
      if (!request.complete) response.setHeader('connection', 'close')
      send(response, status, body, { ...pageHeaders(), ...headers })
    }
  }
  const intake = createIntake({ mostBytes: MOST_BYTES, mostHeldBytes: 8 * MOST_BYTES })
  const post = answer(async (request) => {
    const page = await intake(request, async (body) => await takeTokens(new URLSearchParams(body.toString()), options))
    return typeof page === 'string' ? refuse(413, 'That is more than three tokens.') : page
  })
  return { [SETUP_PATH]: { GET: answer(() => show(options)) }, [TOKENS_PATH]: { POST: post } }
}

async function show(options: SetupOptions): Promise<Page> {
  const { gate, registration, settings } = options
  const [workspace] = registration.current()
  if (workspace) return await showDone(workspace, options)
  const { slack, url } = settings
  const { commands } = slack
  const http = url?.startsWith('https:') ? { http: makeAppUrl({ commands, url }) } : {}
  const links = { socket: makeAppUrl({ commands }), ...http }
  return { status: 200, body: formPage({ links, state: gate.newState(), commands }) }
}

async function takeTokens(form: URLSearchParams, { gate, registration, failed }: SetupOptions): Promise<Page> {
  if (registration.current().length > 0) return DONE
  if (!gate.takeState(form.get('state') ?? '')) return refuse(400, 'The form is an old one.')
  const given = {
    SLACK_BOT_TOKEN: form.get('bot')?.trim() ?? '',
    SLACK_APP_TOKEN: form.get('app')?.trim() ?? '',
    SLACK_SIGNING_SECRET: form.get('secret')?.trim() ?? '',
  }
  const { workspaces, faults } = readMain(given)
  const [workspace] = workspaces
  if (!workspace) return refuse(400, faults.length > 0 ? `${faults.join('. ')}.` : 'No token was given.')
  try {
    const { team } = await checkTokens(workspace, registration)
    const kept = Object.fromEntries(Object.entries({ ...given, SLACK_TEAM: team }).filter(([, text]) => text !== ''))
    registration.keep(kept)
    return DONE
  } catch (error) {
    failed(asError(error))
    return refuse(502, asError(error).message)
  }
}

async function showDone(workspace: Workspace, { registration, settings, failed }: SetupOptions): Promise<Page> {
  const { slack, databaseUrl } = settings
  try {
    const { name } = await checkTokens(workspace, registration)
    const channels = await inspectChannels(slack.channels, lineTo(workspace, registration))
    const done = { workspace: name, file: registration.file, shared: databaseUrl !== undefined, channels }
    return { status: 200, body: donePage({ ...done, commands: slack.commands }) }
  } catch (error) {
    failed(asError(error))
    return { status: 502, body: troublePage(`The tokens are kept. ${asError(error).message}`, 'Load this page again.') }
  }
}

function refuse(status: number, what: string): Page {
  return { status, body: troublePage(what, AGAIN) }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
