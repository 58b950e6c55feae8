// The pages and the live feed on a loopback port, over a store and a desk that a test made, with the real guards in front.

import { serve } from '@hono/node-server'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { MemoryStore } from '../../../src/adapters/memory/store.ts'
import { systemClock } from '../../../src/apps/cli/system-clock.ts'
import { refusalWords } from '../../../src/apps/words/refusal.ts'
import type { Person } from '../../../src/core/intent.ts'
import type { RolloutState } from '../../../src/core/rollout-state.ts'
import type { Description } from '../../../src/web/api/describe.ts'
import { byPlace } from '../../../src/web/api/environments.ts'
import { referencePage } from '../../../src/web/api/reference.ts'
import { createWeb } from '../../../src/web/app.ts'
import { Board } from '../../../src/web/live/board.ts'
import { Feeds } from '../../../src/web/live/feeds.ts'
import { openStream, type Source } from '../../../src/web/live/stream.ts'
import { readAssets } from '../../../src/web/pages/assets.ts'
import { layout } from '../../../src/web/pages/layout.ts'
import { createPages } from '../../../src/web/pages/pages.ts'
import { makeGuards } from '../../../src/web/sign-in/guards.ts'
import { type TerminalDesk, terminalDesk } from '../../../src/web/sign-in/terminal.ts'
import { terminalRoom } from '../../../src/web/sign-in/terminal-room.ts'
import { tokenDesk } from '../../../src/web/sign-in/token.ts'
import type { WebEnv } from '../../../src/web/who.ts'
import { memoryIdentity } from '../memory-identity.ts'
import { sha256 } from '../plan-of.ts'
import { type FakeDesk, fakeDesk } from './fake-desk.ts'

function referenceOf(api: Description, assets: ReturnType<typeof readAssets>): Hono<WebEnv> {
  const view = referencePage(api)
  return new Hono<WebEnv>().get('/api/docs', (context) => context.html(layout(context, assets, { title: 'API', view })))
}

export type Served = {
  address: string
  store: MemoryStore
  desk: FakeDesk
  terminals: TerminalDesk
  /** As a driver would after a commit. */
  moved(rollout: string, state: RolloutState): void
  /** Cuts every connection. */
  cut(): void
  /** The next so many streams are answered 503, as by a server that ends. */
  refuse(streams: number): void
  /** What failed in the server. */
  faults: Error[]
  close(): Promise<void>
}

/**
 * `now`: fixed, so that pictures stay the same. `person`: works alone, or is signed in where there is `signIn`; without one nobody
 * is there. `api`: its description, for the page that shows it.
 */
export async function servePages({
  now,
  person,
  signIn = false,
  api,
}: {
  now: number
  person?: Person
  signIn?: boolean
  api?: Description
}): Promise<Served> {
  const store = new MemoryStore(() => now)
  const desk = fakeDesk(store)
  const identity = memoryIdentity(() => now)
  const faults: Error[] = []
  const failed = (fault: Error) => void faults.push(fault)
  let watcher: (rollout: string, state: RolloutState) => void = () => {}
  const watch = (call: typeof watcher) => {
    watcher = call
    return () => {}
  }
  let intents = 0
  const ids = { next: () => `intent-${++intents}` }
  const away = { streams: 0 }
  const feeds = new Feeds({ ...{ store, watch, ids, failed, clock: systemClock }, drives: () => true })
  const board = new Board({ store, ids: { ...ids, digest: sha256 }, failed, clock: systemClock })
  const assets = readAssets()
  const guards = makeGuards({
    ...{
      identity,
      failed,
      workflows: () => undefined,
      alone: () => person,
      peerOf: () => 'here',
      httpVersionOf: () => '1.1',
    },
    ...{ now: () => performance.now(), scriptSources: [assets.importMap.source] },
  })
  const words = (...[refusal, environment]: Parameters<Parameters<typeof createPages>[0]['words']>) =>
    refusalWords(refusal, environment, (command) => `houston ${command}`)
  const pages = createPages({
    ...{ store, desk, assets, words, now: () => now, newIntent: ids.next, failed },
    tokens: (who) => tokenDesk(identity, who, ids.next),
  })
  const terminals = terminalDesk({ identity, newId: ids.next, page: 'https://houston.acme.dev/device' })
  const room = terminalRoom({
    ...{ terminals: () => terminals, told: () => {}, peerOf: () => '203.0.113.9', date: () => now },
    ...{
      now: () => performance.now(),
      frame: (context, { title, view, status }) =>
        context.html(layout(context, assets, { title, view }), status ?? 200),
    },
  })
  const web = createWeb({
    guards: signIn && person ? [...guards, signedInAs(person)] : guards,
    rooms: [
      { path: '/', app: room },
      { path: '/', app: pages },
      ...(api ? [{ path: '/', app: referenceOf(api, assets) }] : []),
      { path: '/', app: eventsOf({ feeds, board, desk, away }) },
    ],
    failed,
  })
  const server = serve({ fetch: web.fetch, port: 0, hostname: '127.0.0.1', overrideGlobalObjects: false })
  await new Promise<void>((resolve) => server.once('listening', resolve))
  const at = server.address()
  const address = `http://127.0.0.1:${typeof at === 'object' ? at?.port : 0}`
  const cut = () => 'closeAllConnections' in server && server.closeAllConnections()
  const close = async () => {
    feeds.close()
    board.close()
    await new Promise((resolve) => {
      server.close(resolve)
      cut()
    })
  }
  return {
    address,
    ...{ store, desk, terminals },
    moved: (rollout, state) => watcher(rollout, state),
    faults,
    cut: () => void cut(),
    refuse: (streams) => {
      away.streams = streams
    },
    close,
  }
}

/** As if a session's cookie had come; the guards were passed as somebody alone. */
function signedInAs(person: Person): MiddlewareHandler<WebEnv> {
  return async (context, next) => {
    context.set('who', { kind: 'known', by: 'session', person })
    await next()
  }
}

type Streams = { feeds: Feeds; board: Board; desk: FakeDesk; away: { streams: number } }

function eventsOf({ feeds, board, desk, away }: Streams): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  const stream = (context: Context<WebEnv>, joined: { feed: Source; leave: () => void }) => {
    const bytes = openStream({ ...joined, lastEventId: context.req.header('last-event-id'), over: () => false })
    return context.body(bytes, 200, { 'content-type': 'text/event-stream' })
  }
  app.get('/api/v1/environments/events', async (context) => {
    const who = context.get('who')
    const places = who.kind === 'known' ? await desk.places(who.person) : []
    return stream(context, await board.join([...places].sort(byPlace)))
  })
  return app.get('/api/v1/rollouts/:rollout/events', async (context) => {
    if (away.streams-- > 0) return context.text('ending', 503)
    const joined = await feeds.join(context.req.param('rollout'))
    return joined ? stream(context, joined) : context.notFound()
  })
}
