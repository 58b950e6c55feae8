// Paths that no door names go to the web app, whatever the method; the named ones never do.

import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { healthRoutes } from '../../../src/apps/server/health.ts'
import { sendJson } from '../../../src/apps/server/respond.ts'
import { serveHttp } from '../../../src/apps/server/serve-http.ts'
import { openWebDoor } from '../../../src/apps/web/web-door.ts'
import { createWeb } from '../../../src/web/app.ts'
import { memoryIdentity } from '../../support/memory-identity.ts'
import { houseOf } from '../cli/house-of.ts'

let http: Awaited<ReturnType<typeof serveHttp>>
const faults: Error[] = []
beforeAll(async () => {
  http = await serveHttp({
    listen: { host: '127.0.0.1', port: 0 },
    routes: healthRoutes(() => undefined),
    fallback: (request, response) => {
      if (request.url === '/broken') throw new Error('broken')
      sendJson(response, 200, { fallback: request.method })
    },
    failed: (fault) => faults.push(fault),
  })
})
afterAll(() => {
  http.server.closeAllConnections()
  http.server.close()
})

function ask(path: string, method: string): Promise<Response> {
  return fetch(`http://${http.address}${path}`, { method })
}

describe('the fallback', () => {
  it.each([
    ['GET', '/', 200],
    ['DELETE', '/api/v1/tokens/1', 200],
    ['POST', '/healthz/', 200],
    ['POST', '/healthz', 405],
    ['GET', '/broken', 500],
  ])('%s %s is answered %i', async (method, path, status) => {
    const response = await ask(path, method)
    expect(response.status).toBe(status)
    if (status === 200) expect(await response.json()).toEqual({ fallback: method })
  })

  it('tells of what failed', () => {
    expect(faults.map(({ message }) => message)).toEqual(['broken'])
  })
})

it('cuts whoever asks for a stream and does not read it', async () => {
  const ended = Promise.withResolvers<void>()
  const stalling = await serveHttp({
    ...{ listen: { host: '127.0.0.1', port: 0 }, routes: {}, failed: (fault: Error) => faults.push(fault) },
    silentMs: 200,
    fallback: (_, response) => {
      response.once('close', () => ended.resolve())
      const more = () => {
        while (response.write('x'.repeat(65_536)));
        response.once('drain', more)
      }
      more()
    },
  })
  const silent = request(`http://${stalling.address}/`, (response) => response.pause())
  silent.on('error', () => {})
  silent.end()
  await ended.promise
  stalling.server.closeAllConnections()
  stalling.server.close()
})

describe('createWeb', () => {
  it('says nothing of what failed to who asked', async () => {
    const told: Error[] = []
    const guard = () => {
      throw new Error('secret of the house')
    }
    const web = createWeb({ guards: [guard], rooms: [], failed: (fault) => told.push(fault) })
    const response = await web.request('/anything')
    expect([response.status, await response.text()]).toEqual([500, 'It failed here; the log says why.\n'])
    expect(told.map(({ message }) => message)).toEqual(['secret of the house'])
  })
})

describe('openWebDoor', () => {
  it('answers 503 before the store is open', async () => {
    const door = openWebDoor(() => {
      throw new Error('not opened')
    })
    const early = await serveHttp({
      ...{ listen: { host: '127.0.0.1', port: 0 }, routes: {}, failed: (fault: Error) => faults.push(fault) },
      ...(door.fallback && { fallback: door.fallback }),
    })
    expect((await fetch(`http://${early.address}/`)).status).toBe(503)
    early.server.closeAllConnections()
    early.server.close()
  })

  it('answers 503 again once it is closed: a terminal or a page comes back to another server', async () => {
    const door = openWebDoor(() => ({ fetch: () => new Response('a page'), close: () => {} }))
    const http = await serveHttp({
      ...{ listen: { host: '127.0.0.1', port: 0 }, routes: {}, failed: (fault: Error) => faults.push(fault) },
      ...(door.fallback && { fallback: door.fallback }),
    })
    const { store, engine, remote, rounds } = houseOf()
    const ground = { store, remote, projections: store.projections, identity: memoryIdentity(Date.now) }
    door.works(ground).handlers(engine)
    const end = door.opened(rounds)
    expect((await fetch(`http://${http.address}/`)).status).toBe(200)
    end()
    const late = await fetch(`http://${http.address}/api/v1/rollouts/1/events`)
    expect([late.status, late.headers.get('retry-after')]).toEqual([503, '2'])
    http.server.closeAllConnections()
    http.server.close()
  })
})
