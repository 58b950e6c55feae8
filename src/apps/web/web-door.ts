// The web app as a door of the server: it answers every path that no other door has. Wiring only.

import { getRequestListener } from '@hono/node-server'
import type { Engine } from '../../engine/engine.ts'
import type { Door, DoorGround } from '../server/door.ts'
import { sendJson } from '../server/respond.ts'
import type { Answer } from '../server/serve-http.ts'

/** What the app stands on as soon as the store is open. */
export type WebGround = DoorGround & { engine: Engine }

export type OpenWeb = {
  fetch: (request: Request, env: object) => Response | Promise<Response>
  /** Ends what lasts: the streams. Whoever listens comes back, here or to another replica. */
  close(): void
}

export function openWebDoor(open: (ground: WebGround) => OpenWeb): Door {
  let web: OpenWeb | undefined
  let answer = away('starting: the store is not open yet')
  return {
    routes: () => ({}),
    fallback: (request, response) => answer(request, response),
    works: (ground) => ({
      handlers: (engine) => {
        web = open({ ...ground, engine })
        // The listener's own Request and Response would replace those of the whole process.
        answer = getRequestListener(web.fetch, { overrideGlobalObjects: false })
        return {}
      },
      surfaces: [],
    }),
    opened: () => () => {
      // Before the streams end: whoever comes back at once must not hear that there is nothing.
      answer = away('ending: it comes back, or another one answers')
      web?.close()
    },
  }
}

function away(error: string): Answer {
  return (_, response) => sendJson(response, 503, { error }, { 'retry-after': '2' })
}
