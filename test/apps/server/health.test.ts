// What a supervisor hears over HTTP, and what nobody may send.

import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { healthRoutes } from '../../../src/apps/server/health.ts'
import { serveHttp } from '../../../src/apps/server/serve-http.ts'

let reason: string | undefined
let health: Awaited<ReturnType<typeof serveHttp>>
const faults: Error[] = []
beforeAll(async () => {
  health = await serve(0)
})
afterAll(() => {
  health.server.closeAllConnections()
  health.server.close()
  expect(faults).toEqual([])
})

function serve(port: number) {
  const routes = healthRoutes(() => reason)
  return serveHttp({ listen: { host: '127.0.0.1', port }, routes, failed: (fault) => faults.push(fault) })
}

function ask(path: string, init?: RequestInit): Promise<Response> {
  return fetch(`http://${health.address}${path}`, init)
}

describe('health', () => {
  it.each([
    ['GET', '/healthz', 200],
    ['HEAD', '/healthz', 200],
    ['GET', '/readyz?verbose', 200],
    ['POST', '/healthz', 405],
    ['DELETE', '/readyz', 405],
    ['GET', '/', 404],
    ['GET', '/healthz/', 404],
  ])('%s %s is answered %i', async (method, path, status) => {
    reason = undefined
    const response = await ask(path, { method })
    expect(response.status).toBe(status)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('content-type')).toBe('application/json')
  })

  it('lives while it cannot take work, and says why it cannot', async () => {
    reason = 'draining: it takes nothing more'
    expect((await ask('/healthz')).status).toBe(200)
    const response = await ask('/readyz')
    expect(response.status).toBe(503)
    expect(await response.json()).toEqual({ ok: false, reason })
  })

  it('takes no body, announced or in chunks', async () => {
    const [host, port] = health.address.split(':')
    const status = (headers: Record<string, string>) =>
      new Promise((resolve) => {
        const asked = { host, port, path: '/healthz', headers }
        const sent = request(asked, ({ statusCode, headers }) => resolve([statusCode, headers.connection]))
        sent.on('error', () => {})
        sent.write('x')
      })
    expect(await status({ 'transfer-encoding': 'chunked' })).toEqual([413, 'close'])
    expect(await status({ 'content-length': '100' })).toEqual([413, 'close'])
    expect((await ask('/healthz', { method: 'POST', body: 'x' })).status).toBe(405)
  })

  it('says when the address is taken', async () => {
    const port = Number(health.address.split(':')[1])
    await expect(serve(port)).rejects.toThrow(/EADDRINUSE/)
  })
})
