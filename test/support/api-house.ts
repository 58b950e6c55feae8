// The API on an engine and a store in memory: a desk that knows who may do what, and every answer held against the API's own
// description.

import type { Context, Hono } from 'hono'
import { MemoryStore } from '../../src/adapters/memory/store.ts'
import { shareProbe } from '../../src/apps/web/share-probe.ts'
import type { Store } from '../../src/engine/ports.ts'
import type { IdentityStore } from '../../src/engine/ports-identity.ts'
import { createApi } from '../../src/web/api/api.ts'
import { createWeb } from '../../src/web/app.ts'
import { Board } from '../../src/web/live/board.ts'
import { Feeds } from '../../src/web/live/feeds.ts'
import { render } from '../../src/web/pages/render.ts'
import { type TerminalDesk, terminalDesk } from '../../src/web/sign-in/terminal.ts'
import { tokenDesk } from '../../src/web/sign-in/token.ts'
import type { View } from '../../src/web/view/html.ts'
import type { Known, WebEnv, Who } from '../../src/web/who.ts'
import { type HouseOnStore, houseOn } from '../apps/cli/house-of.ts'
import { descriptionFaults } from './api-description.ts'
import { FakeDesk } from './fake-desk.ts'
import { memoryIdentity } from './memory-identity.ts'

export type ApiHouse = {
  house: HouseOnStore
  desk: FakeDesk
  web: Hono<WebEnv>
  feeds: Feeds
  faults: Error[]
  /** So far is the API's clock ahead of the house's. */
  ahead: { ms: number }
  board: Board
  identity: IdentityStore
  terminals: TerminalDesk
  /** Nobody can sign in any more. */
  signInOff(): void
  /** Asks as `who`, and throws when the answer is not as described. */
  ask(method: string, path: string, asked?: Asked): Promise<Answer>
  /** Only asks: what is answered is read by the test. */
  open(path: string, who: Who): Promise<Response>
  close(): Promise<void>
}

export type Asked = { who?: Who; body?: unknown; form?: Record<string, string>; headers?: Record<string, string> }
export type Answer = { status: number; body: unknown; headers: Headers }

export const ada: Known = { kind: 'known', person: { via: 'github', id: '42', name: 'ada' }, by: 'session' }
export const stranger: Known = { kind: 'known', person: { via: 'github', id: '7', name: 'eve' }, by: 'session' }
export const nobody: Who = { kind: 'nobody' }

export async function openApiHouse(on: Store = new MemoryStore()): Promise<ApiHouse> {
  const house = houseOn(on)
  const { store, engine, clock, ids } = house
  await engine.start()
  const desk = new FakeDesk(house)
  const faults: Error[] = []
  const failed = (fault: Error) => faults.push(fault)
  const identity = memoryIdentity(clock.now)
  const feeds = new Feeds({
    ...{ store, clock, ids, failed },
    watch: (watcher) => engine.watch(watcher),
    drives: (rollout) => engine.driving.includes(rollout),
  })
  const words = ({ reason }: { reason: string }) => ({ what: `What: ${reason}.`, why: 'Why.', next: 'houston help' })
  const tokens = (who: Who) => tokenDesk(identity, who, ids.next)
  const frame = (context: Context<WebEnv>, { view }: { view: View }) => context.html(render(view))
  const terminals = terminalDesk({ identity, newId: ids.next, page: 'https://houston.acme.dev/device', everyMs: 0 })
  let signInWorks = true
  const ahead = { ms: 0 }
  const board = new Board({ store, clock, ids, failed })
  const api = createApi({
    clock: { now: clock.now, monotonic: () => clock.monotonic() + ahead.ms },
    ...{ store, desk, feeds, board, tokens, ids, words, version: '1.2.3', failed, frame },
    ...{ terminals: () => (signInWorks ? terminals : undefined), peerOf: () => '192.0.2.1', probe: shareProbe(house) },
  })
  let asking: Who = ada
  const web = createWeb({
    guards: [
      async (context, next) => {
        context.set('who', asking)
        await next()
      },
    ],
    ...{ rooms: [api], failed },
  })
  const ask: ApiHouse['ask'] = async (method, path, { who = ada, body, form, headers = {} } = {}) => {
    asking = who
    const json = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
    const sent = form ? { body: new URLSearchParams(form) } : json
    const type = body === undefined || form ? {} : { 'content-type': 'application/json' }
    const response = await web.request(path, { method, headers: { ...type, ...headers }, ...sent })
    const text = await response.text()
    const answer = {
      status: response.status,
      body: text === '' ? undefined : JSON.parse(text),
      headers: response.headers,
    }
    const wrong = await descriptionFaults(web, { method, path, ...answer })
    if (wrong.length > 0)
      throw new Error(`${method} ${path} ${response.status}: not as described: ${wrong.join('; ')}\n${text}`)
    return answer
  }
  const open: ApiHouse['open'] = async (path, who) => {
    asking = who
    return await web.request(path)
  }
  const close = async () => {
    feeds.close()
    board.close()
    await house.close()
  }
  const signInOff = () => {
    signInWorks = false
  }
  return { house, desk, web, feeds, board, faults, ahead, identity, terminals, signInOff, ask, open, close }
}
