// A real server on loopback, where one person works without sign-in, as pages of other sites, proxies and broken clients see it: raw
// bytes, so that nothing tidies them up first.

import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTerminal, type Running, type Terminal } from '../cli/houston-process.ts'

let terminal: Terminal
let server: Running
let port = 0
beforeAll(async () => {
  terminal = await openTerminal(['web1'])
  server = await terminal.serve()
  port = Number(String(server.said().find(({ message }) => message === 'listening')?.address).split(':')[1])
}, 60_000)
afterAll(async () => {
  server?.child.kill('SIGKILL')
  await server?.ended
  await terminal?.close()
})

type Answer = { status: number; text: string }

/** Sends these bytes; the connection ends when the server ends it, or when a whole answer has come. */
function send(bytes: string): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.on('data', (chunk: Buffer) => {
      text += chunk
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text }))
    socket.write(bytes)
  })
}

const own = () => `127.0.0.1:${port}`

type Asked = { method?: string; path?: string; host?: string; headers?: readonly string[]; body?: string }

function ask({ method = 'GET', path = '/', host = own(), headers = [], body }: Asked): Promise<Answer> {
  const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
  const head = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: close', ...length, ...headers]
  return send(`${head.join('\r\n')}\r\n\r\n${body ?? ''}`)
}

const FORM = 'Content-Type: application/x-www-form-urlencoded'
const ACT = { method: 'POST', path: '/environments/shop/production/act', body: 'verb=halt&intent=12345678' }

describe('who asks from where', () => {
  it('this machine, by its own name', async () => {
    expect((await ask({})).status).toBe(200)
    expect((await ask({ host: `localhost:${port}` })).status).toBe(200)
  })

  it.each<[string, Asked]>([
    ['a page whose name was pointed here', { host: 'evil.dev' }],
    ['with our port', { host: 'evil.dev:8080' }],
    ['with our address in its name', { host: '127.0.0.1.evil.dev' }],
    ['with our name in its name', { host: 'localhost.evil.dev' }],
    ['a number that is our address', { host: '2130706433' }],
    ['somebody behind a proxy', { headers: ['X-Forwarded-For: 203.0.113.9'] }],
    ['somebody behind a tunnel', { headers: ['Forwarded: for=203.0.113.9;host=evil.dev'] }],
    ['an act of that page', { ...ACT, host: 'evil.dev', headers: [FORM, 'Origin: http://evil.dev'] }],
    ['its API', { path: '/api/v1/environments', host: 'evil.dev' }],
  ])('%s', async (_, asked) => {
    const { status, text } = await ask(asked)
    expect(status).toBe(421)
    expect(text).not.toContain('shop')
  })
})

it('somebody behind a proxy that says nothing: nginx speaks HTTP/1.0 and gives our own name', async () => {
  const { status } = await send(`GET / HTTP/1.0\r\nHost: ${own()}\r\n\r\n`)
  expect(status).toBe(421)
})

describe('what another site sends', () => {
  it.each<[string, readonly string[]]>([
    ['a form', ['Origin: http://evil.dev', 'Sec-Fetch-Site: cross-site']],
    ['a form of no origin', ['Origin: null']],
    ['a form that does not say', []],
    ['a form of another port', ['Origin: http://127.0.0.1:1']],
    ['a form of the same name by TLS', ['Origin: https://127.0.0.1']],
    ['a form that says two things', ['Origin: http://evil.dev', 'Origin: http://127.0.0.1']],
    ['a page of a sister', ['Origin: http://127.0.0.1', 'Sec-Fetch-Site: same-site']],
  ])('%s', async (_, headers) => {
    const { status } = await ask({ ...ACT, headers: [FORM, ...headers] })
    expect(status).toBe(403)
  })

  it.each(['/', '/api/v1/environments', '/api/v1/rollouts/x/events'])('it reads nothing of %s', async (path) => {
    for (const mode of ['cors', 'no-cors'])
      expect((await ask({ path, headers: ['Sec-Fetch-Site: cross-site', `Sec-Fetch-Mode: ${mode}`] })).status).toBe(403)
    const { text } = await ask({ path, headers: ['Origin: http://evil.dev'] })
    expect(text).not.toMatch(/access-control-allow/i)
    expect(text).toMatch(/^HTTP\/1\.1 403/)
  })

  it('our own page may', async () => {
    const { status } = await ask({ ...ACT, headers: [FORM, `Origin: http://${own()}`, 'Sec-Fetch-Site: same-origin'] })
    expect([303, 403, 404, 409]).toContain(status)
    expect((await ask({ ...ACT, headers: [FORM, `Origin: http://${own()}`] })).text).not.toContain('another site')
  })
})

describe('where it leads', () => {
  it.each([
    '//evil.dev',
    '/\\evil.dev',
    'https://evil.dev',
    '/.//evil.dev',
    '/%0d%0aSet-Cookie:x=y',
    'javascript:alert(1)',
  ])('from %s to nowhere else', async (from) => {
    const body = `theme=dark&from=${encodeURIComponent(from)}`
    const { status, text } = await ask({
      method: 'POST',
      path: '/theme',
      headers: [FORM, `Origin: http://${own()}`],
      body,
    })
    expect(status).toBe(303)
    const [, location = ''] = /^location: (.*)$/im.exec(text) ?? []
    expect(new URL(location, `http://${own()}`).host).toBe(own())
    expect(text).not.toMatch(/^set-cookie: ?x=y/im)
  })

  it.each([
    '/assets/../package.json',
    '/assets/%2e%2e/package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets//etc/passwd',
    '//etc/passwd',
    '/assets/%00',
    '/%ff',
    '/%',
    '/environments/%ff/%00',
  ])('%s is no file', async (path) => {
    const { status, text } = await ask({ path })
    expect(status).toBe(404)
    expect(text).not.toMatch(/"name": "houston"|root:/)
  })
})

describe('what it shows', () => {
  it.each([
    '/where?release=',
    '/environments/shop/production/deploy?ref=',
    '/environments/shop/production/history?at=',
  ])('%s: what was typed stays text', async (path) => {
    const { text } = await ask({
      path: `${path}${encodeURIComponent('"><script>alert(1)</script><img src=x onerror=alert(1)>')}`,
    })
    expect(text).not.toMatch(/<script>alert|<img src=x/)
  })

  it('every page forbids what it does not need', async () => {
    const { text } = await ask({})
    const [, policy = ''] = /^content-security-policy: (.*)$/im.exec(text) ?? []
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe-|https?:|\*/)
    for (const header of ['x-content-type-options: nosniff', 'referrer-policy: same-origin', 'cache-control: no-store'])
      expect(text.toLowerCase()).toContain(header)
  })
})

it.each([
  'verb=lock&reason=%00&intent=12345678',
  'verb=skip&host=%00&intent=12345679',
  'verb=deploy&ref=%00&intent=12345670',
])('a NUL in %s is no error of ours', async (body) => {
  const { status } = await ask({ ...ACT, body, headers: [FORM, `Origin: http://${own()}`] })
  expect(status).toBeLessThan(500)
})

it.each([
  '/environments/%00/x',
  '/environments/a/b/hosts/%00/logs',
  '/rollouts/%00',
  '/rollouts?application=%00',
  '/rollouts?cursor=%00',
  '/audit?application=%00',
  '/where?release=%00abcd',
])('nor in the path of the API: %s', async (path) => {
  expect((await ask({ path: `/api/v1${path}` })).status).toBeLessThan(500)
})

describe('streams', () => {
  /** More than the server has for all. */
  const MANY = 320

  /** Leaves after so many ms, whatever has come by then. */
  function leave(path: string, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => setTimeout(() => socket.destroy(), ms))
      socket.on('error', () => {})
      socket.on('close', () => resolve())
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${own()}\r\n\r\n`)
    })
  }

  it('that are left at once hold no place', { timeout: 60_000 }, async () => {
    const { out } = await terminal.run('deploy', 'prod', 'r1', '--yes', '--json')
    const [, rollout] = /"rollout":"([^"]+)"/.exec(out) ?? []
    const path = `/api/v1/rollouts/${rollout}/events`
    for (let left = 0; left < MANY; left += 10)
      await Promise.all(Array.from({ length: 10 }, (_, index) => leave(path, 2 * index)))
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('data', (chunk: Buffer) => {
        socket.destroy()
        resolve(String(chunk))
      })
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${own()}\r\n\r\n`)
    })
    expect(answer).toMatch(/^HTTP\/1\.1 200/)
    expect(answer).toContain('text/event-stream')
  })
})

describe('what is no request', () => {
  const H = () => `Host: ${own()}\r\nConnection: close\r\n`
  it.each<[string, () => string, number]>([
    ['without a host', () => 'GET / HTTP/1.1\r\n\r\n', 400],
    ['with two hosts', () => `GET / HTTP/1.1\r\n${H()}Host: evil.dev\r\n\r\n`, 421],
    ['with a host that is none', () => 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n', 400],
    ['of a file', () => `GET file:///etc/passwd HTTP/1.1\r\n${H()}\r\n`, 400],
    ['of no path', () => `GET foo HTTP/1.1\r\n${H()}\r\n`, 400],
    ['a header of 70 kB', () => `GET / HTTP/1.1\r\n${H()}X: ${'a'.repeat(70_000)}\r\n\r\n`, 431],
    [
      'two lengths',
      () => `POST /theme HTTP/1.1\r\n${H()}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['an echo', () => `TRACE / HTTP/1.1\r\n${H()}Cookie: secret\r\n\r\n`, 403],
  ])('%s', async (_, bytes, status) => {
    const answer = await send(bytes())
    expect(answer.status).toBe(status)
    expect(answer.text).not.toMatch(/secret|node_modules|\.ts:\d/)
  })

  it('nothing of all this is an error of ours', async () => {
    expect((await ask({ path: '/healthz' })).status).toBe(200)
    expect(server.said().filter(({ level }) => level !== 'info')).toEqual([])
  })
})
