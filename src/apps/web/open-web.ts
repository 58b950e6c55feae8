// What the web app is made of in this server: its guards and rooms, put together when the store is open. Wiring only.

import { createWeb } from '../../web/app.ts'
import type { OpenWeb, WebGround } from './web-door.ts'

export type WebOptions = {
  /** A request failed for a reason of ours. */
  failed: (fault: Error) => void
}

export function openWeb(_ground: WebGround, { failed }: WebOptions): OpenWeb {
  const web = createWeb({ guards: [], rooms: [], failed })
  return { fetch: (request, env) => web.fetch(request, env), close: () => {} }
}
