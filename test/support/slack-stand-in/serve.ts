// The stand-in over HTTP: /api/<method> and the response URLs, with faults on demand, and the upgrade to Socket Mode.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as readText } from 'node:stream/consumers'
import { z } from 'zod'
import { type Call, type Method, Refused } from './call.ts'
import { chatMethods } from './methods-chat.ts'
import { conversationMethods } from './methods-conversations.ts'
import { viewMethods } from './methods-views.ts'
import { respond } from './response-url.ts'
import type { SocketMode } from './socket-mode.ts'
import type { Body, Town } from './town.ts'
import type { Trouble, Troubles } from './trouble.ts'

/** `at`: ms since 1970. `answered`: `ok`, Slack's error, or the trouble that was made. */
export type Logged = { at: number; method: string; team: string; args: Body; answered: string }

export type ServeOptions = {
  towns: readonly Town[]
  appToken: string
  troubles: Troubles
  socketMode: SocketMode
  log: Logged[]
}

type Answer = { status: number; body: string; headers?: Record<string, string> }

const argsShape = z.record(z.string(), z.unknown())

export async function serve(options: ServeOptions): Promise<{ origin: string; server: Server }> {
  const server = createServer((request, response) => void take(request, response, options))
  server.on('upgrade', (request, socket) => options.socketMode.upgrade(request, socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { origin: originOf(server), server }
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function take(request: IncomingMessage, response: ServerResponse, options: ServeOptions): Promise<void> {
  const args = parse(request, await readText(request))
  const [, kind = '', name = ''] = (request.url ?? '').split('?', 1)[0]?.split('/') ?? []
  const method = kind === 'api' ? name : 'response_url'
  const town = options.towns.find(({ botToken }) => botToken === tokenOf(request, args))
  const trouble = options.troubles.take(method)
  const entry = { at: Date.now(), method, team: town?.team ?? '', args, answered: '' }
  options.log.push(entry)
  if (trouble?.kind === 'hang') return
  const spoilt = trouble && spoil(trouble)
  const carried = spoilt ?? answer({ kind, name, args, request, town }, options)
  entry.answered = trouble?.kind ?? errorOf(carried)
  if (trouble?.kind === 'cut') return void request.socket.destroy()
  response.writeHead(carried.status, { 'content-type': 'application/json', ...carried.headers }).end(carried.body)
}

/** `undefined`: it is carried out all the same. */
function spoil(trouble: Trouble): Answer | undefined {
  switch (trouble.kind) {
    case 'limited':
      return {
        status: 429,
        body: '{"ok":false,"error":"ratelimited"}',
        headers: { 'retry-after': String(trouble.retryAfterS) },
      }
    case 'status':
      return { status: trouble.status, body: 'upstream trouble' }
    case 'error': {
      const { error, messages } = trouble
      return {
        status: 200,
        body: JSON.stringify({ ok: false, error, ...(messages && { response_metadata: { messages } }) }),
      }
    }
    case 'cut':
      return trouble.when === 'before' ? { status: 0, body: '' } : undefined
    case 'hang':
      return undefined
  }
}

type Asked = { kind: string; name: string; args: Body; request: IncomingMessage; town: Town | undefined }

function answer({ kind, name, args, request, town }: Asked, options: ServeOptions): Answer {
  if (kind === 'response') {
    const said = respond(options.towns, name, args)
    return { status: said.status, body: said.body }
  }
  if (name === 'apps.connections.open') {
    if (tokenOf(request, args) !== options.appToken) return refuse('invalid_auth')
    const url = options.socketMode.ticket(`http://${request.headers.host}`)
    return { status: 200, body: JSON.stringify({ ok: true, url }) }
  }
  if (!town) return refuse('invalid_auth')
  return call(METHODS[name], { town, args })
}

function call(method: Method | undefined, what: Call): Answer {
  if (!method) return refuse('unknown_method')
  try {
    return { status: 200, body: JSON.stringify(method(what)) }
  } catch (error) {
    if (error instanceof Refused) return refuse(error.message)
    throw error
  }
}

const METHODS: Record<string, Method> = {
  ...chatMethods,
  ...conversationMethods,
  ...viewMethods,
  'auth.test': ({ town }) => ({
    ...{ ok: true, url: `https://${town.domain}.slack.com/`, team: town.domain, team_id: town.team },
    ...{ user: town.bot.name, user_id: town.bot.id, bot_id: 'B0HOUSTON', is_enterprise_install: false },
  }),
  'users.info': ({ town, args }) => {
    const person = town.people.get(String(args.user))
    if (!person) throw new Refused('user_not_found')
    const { id, name, bot } = person
    return { ok: true, user: { id, name, team_id: town.team, is_bot: bot, profile: { display_name: name } } }
  },
}

function refuse(error: string): Answer {
  return { status: 200, body: JSON.stringify({ ok: false, error }) }
}

function errorOf({ status, body }: Answer): string {
  return status === 200 ? (/"error":"([^"]+)"/.exec(body.slice(0, 200))?.[1] ?? 'ok') : String(status)
}

function parse({ headers }: IncomingMessage, body: string): Body {
  if (body === '') return {}
  if (headers['content-type']?.startsWith('application/json')) return argsShape.parse(JSON.parse(body))
  return Object.fromEntries(new URLSearchParams(body))
}

function tokenOf({ headers }: IncomingMessage, args: Body): string {
  return headers.authorization?.replace(/^Bearer /, '') ?? String(args.token ?? '')
}
