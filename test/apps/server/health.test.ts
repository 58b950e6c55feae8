// What a supervisor hears over HTTP, and what nobody may send.

import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveHealth } from '../../../src/apps/server/health.ts'

let reason: string | undefined
let health: Awaited<ReturnType<typeof serveHealth>>
beforeAll(async () => {
  health = await serveHealth({ host: '127.0.0.1', port: 0 }, () => reason)
})
afterAll(() => health.server.close())

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
    expect((await ask('/healthz', { method: 'POST', body: 'x' })).status).toBe(413)
    const [host, port] = health.address.split(':')
    const status = await new Promise((resolve) => {
      const sent = request({ host, port, method: 'POST', path: '/healthz' }, ({ statusCode }) => resolve(statusCode))
      sent.on('error', () => {})
      sent.setHeader('transfer-encoding', 'chunked')
      sent.write('x')
    })
    expect(status).toBe(413)
  })

  it('says when the address is taken', async () => {
    const port = Number(health.address.split(':')[1])
    await expect(serveHealth({ host: '127.0.0.1', port }, () => undefined)).rejects.toThrow(/EADDRINUSE/)
  })
})
