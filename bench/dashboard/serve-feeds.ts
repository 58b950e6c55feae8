// The live feeds of a house over HTTP, as the API serves them, at /<rollout>. Nobody signs in to a bench.

import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { House } from '../../src/apps/cli/wiring.ts'
import { Feeds } from '../../src/web/live/feeds.ts'
import { openStream } from '../../src/web/live/stream.ts'

export type FeedServer = { urlOf(rollout: string): string; close(): void }

export async function serveFeeds(house: House): Promise<FeedServer> {
  const { engine, store, clock, ids } = house
  const failed = (fault: Error) => process.stderr.write(`${fault.stack}\n`)
  const drives = (rollout: string) => engine.driving.includes(rollout)
  const feeds = new Feeds({ store, clock, ids, failed, drives, watch: (watcher) => engine.watch(watcher) })
  const answer = async ({ url, signal }: Request) => {
    const joined = await feeds.join(new URL(url).pathname.slice(1))
    if (!joined) return new Response('no such rollout', { status: 404 })
    const stream = openStream({ ...joined, lastEventId: undefined, over: () => signal.aborted })
    return new Response(stream, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } })
  }
  const server = createServer(getRequestListener(answer, { overrideGlobalObjects: false }))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const place = server.address()
  const port = typeof place === 'object' && place ? place.port : 0
  return {
    urlOf: (rollout) => `http://127.0.0.1:${port}/${rollout}`,
    close() {
      feeds.close()
      server.closeAllConnections()
      server.close()
    },
  }
}
