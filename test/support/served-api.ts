// A server for terminals: the API and its streams over real HTTP with the real guards, on an engine in memory, for people with tokens.
// Its connections can be cut.

import type { Socket } from 'node:net'
import { serve } from '@hono/node-server'
import { shareProbe } from '../../src/apps/web/share-probe.ts'
import { refusalWords } from '../../src/apps/words/refusal.ts'
import type { Scope } from '../../src/core/scope.ts'
import type { IdentityStore } from '../../src/engine/ports-identity.ts'
import { createApi } from '../../src/web/api/api.ts'
import { createWeb } from '../../src/web/app.ts'
import { Board } from '../../src/web/live/board.ts'
import { Feeds } from '../../src/web/live/feeds.ts'
import { render } from '../../src/web/pages/render.ts'
import { makeGuards } from '../../src/web/sign-in/guards.ts'
import type { Frame } from '../../src/web/sign-in/sign-in-room.ts'
import { type TerminalDesk, terminalDesk } from '../../src/web/sign-in/terminal.ts'
import { tokenDesk } from '../../src/web/sign-in/token.ts'
import type { Who } from '../../src/web/who.ts'
import { type FakeHouse, houseOf } from '../apps/cli/house-of.ts'
import { FakeDesk } from './fake-desk.ts'
import { memoryIdentity } from './memory-identity.ts'

export type ServedApi = {
  url: string
  house: FakeHouse
  desk: FakeDesk
  identity: IdentityStore
  terminals: TerminalDesk
  /** A token of whoever has this number. */
  tokenOf(id: string, scopes?: readonly Scope[]): Promise<string>
  /** Ends every connection in the middle of whatever it does; answers how many. */
  cut(): number
  /** Answers the next requests like this, in their order; `pass` asks the API. */
  interject: ((pass: () => Response | Promise<Response>) => Response | Promise<Response>)[]
  requests: string[]
  close(): Promise<void>
}

export async function openServedApi(): Promise<ServedApi> {
  const house = houseOf()
  const { store, engine, clock, ids } = house
  await engine.start()
  const desk = new FakeDesk(house)
  const identity = memoryIdentity(clock.now)
  const failed = (fault: Error) => {
    throw fault
  }
  const feeds = new Feeds({
    ...{ store, clock, ids, failed },
    watch: (watcher) => engine.watch(watcher),
    drives: (rollout) => engine.driving.includes(rollout),
  })
  const words = (...[refusal, environment]: Parameters<Parameters<typeof createApi>[0]['words']>) =>
    refusalWords(refusal, environment, (command) => `houston ${command}`)
  const tokens = (who: Who) => tokenDesk(identity, who, ids.next)
  const frame: Frame = (context, { view }) => context.html(render(view))
  const guards = makeGuards({
    ...{ identity, failed, scriptSources: [], workflows: () => undefined, alone: () => undefined },
    ...{ peerOf: () => 'here', httpVersionOf: () => '1.1', now: clock.monotonic },
  })
  const terminals = terminalDesk({ identity, newId: ids.next, page: 'https://houston.acme.dev/device', everyMs: 0 })
  const board = new Board({ store, clock, ids, failed })
  const api = createApi({
    ...{ store, desk, feeds, board, tokens, clock, ids, words, version: '1.2.3', failed, frame },
    ...{ terminals: () => terminals, peerOf: () => '192.0.2.1', probe: shareProbe(house) },
  })
  const web = createWeb({ guards, rooms: [api], failed })
  const [interject, requests]: [ServedApi['interject'], string[]] = [[], []]
  const fetch = (request: Request) => {
    requests.push(`${request.method} ${new URL(request.url).pathname}`)
    const instead = interject.shift()
    const pass = () => web.fetch(request)
    return instead ? instead(pass) : pass()
  }
  const server = serve({ fetch, port: 0, hostname: '127.0.0.1', overrideGlobalObjects: false })
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.once('listening', resolve))
  const at = server.address()
  const cut = () => {
    const count = sockets.size
    for (const socket of sockets) socket.destroy()
    return count
  }
  return {
    ...{
      url: `http://127.0.0.1:${typeof at === 'object' ? at?.port : 0}`,
      house,
      desk,
      identity,
      terminals,
      cut,
      interject,
      requests,
    },
    async tokenOf(id, scopes = [{ may: 'act' }]) {
      const who = { kind: 'known', by: 'session', person: { via: 'github', id, name: 'ada' } } as const
      const made = await tokenDesk(identity, who, ids.next)?.make({ name: 'a test', scopes })
      return made?.text ?? ''
    },
    async close() {
      feeds.close()
      board.close()
      const closed = new Promise((resolve) => server.close(resolve))
      cut()
      await closed
      await house.close()
    },
  }
}
