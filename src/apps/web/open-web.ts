// What the web app is made of in this server: its guards and rooms, put together when the store is open. Wiring only.

import type { Listen } from '../../config/listen.ts'
import type { Settings } from '../../config/settings.ts'
import type { Person } from '../../core/intent.ts'
import type { Desk } from '../../engine/ports-desk.ts'
import { createApi } from '../../web/api/api.ts'
import { createWeb } from '../../web/app.ts'
import { Board } from '../../web/live/board.ts'
import { Feeds } from '../../web/live/feeds.ts'
import { readAssets } from '../../web/pages/assets.ts'
import { layout } from '../../web/pages/layout.ts'
import { createPages } from '../../web/pages/pages.ts'
import type { Frame } from '../../web/sign-in/sign-in-room.ts'
import { systemClock } from '../cli/system-clock.ts'
import { systemIds } from '../cli/system-ids.ts'
import type { Carrier } from '../desk/carry-act.ts'
import type { Registration } from '../github/door/registration.ts'
import type { Log } from '../server/log.ts'
import { VERSION } from '../version.ts'
import { refusalWords } from '../words/refusal.ts'
import { openIdentity } from './open-identity.ts'
import { peerOf } from './peer.ts'
import { shareProbe } from './share-probe.ts'
import type { OpenWeb, WebGround } from './web-door.ts'

export type WebOptions = {
  settings: Settings
  listen: Listen
  registration: Registration
  deskOf: (carrier: Carrier) => Desk
  /** Whoever started this process. */
  operator: Person
  log: Log
  now: () => number
  /** A request failed for a reason of ours. */
  failed: (fault: Error) => void
}

export function openWeb(ground: WebGround, options: WebOptions): OpenWeb {
  const { store, engine, identity, remote } = ground
  const { deskOf, now, log, failed } = options
  const desk = deskOf({ engine, store })
  const assets = readAssets()
  const frame: Frame = (context, { title, view, status }) =>
    context.html(layout(context, assets, { title, view }), status ?? 200)
  const newId = systemIds.next
  const { guards, rooms, tokens, terminals } = openIdentity({
    ...{ ...options, identity, frame, newId, told: log.info },
    scriptSources: [assets.importMap.source],
  })
  const words = (...[refusal, environment]: Parameters<Parameters<typeof createPages>[0]['words']>) =>
    refusalWords(refusal, environment, (command) => `houston ${command}`)
  const pages = createPages({ store, desk, assets, words, tokens, now, newIntent: newId, failed })
  const feeds = new Feeds({
    ...{ store, clock: systemClock, ids: systemIds, failed },
    watch: (watcher) => engine.watch(watcher),
    drives: (rollout) => engine.driving.includes(rollout),
  })
  const board = new Board({ store, clock: systemClock, ids: systemIds, failed })
  const api = createApi({
    ...{ store, desk, feeds, board, tokens, terminals, peerOf, words, frame, failed },
    probe: shareProbe({ store, remote }),
    ...{ clock: systemClock, ids: systemIds, version: VERSION },
  })
  const web = createWeb({ guards, rooms: [...rooms, api, { path: '/', app: pages }], failed })
  const close = () => {
    feeds.close()
    board.close()
  }
  return { fetch: (request, env) => web.fetch(request, env), close }
}
