// What is got for somebody's configuration, and from where it never is (THREATS.md 30): addresses written in every way, names that mean
// them, redirects to them.

import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { guardedGet, guardLookup, isForbidden } from '../../../src/adapters/ssh/guarded-get.ts'

let server: Server
let base: string
beforeAll(async () => {
  server = createServer((request, response) => {
    const to = new URL(request.url ?? '', 'http://here').searchParams.get('to')
    if (to === null) response.end('the file')
    else response.writeHead(302, { location: to }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const at = server.address()
  base = `http://127.0.0.1:${typeof at === 'object' ? at?.port : 0}`
})
afterAll(() => {
  server.close()
})

const never = new AbortController().signal

async function got(url: string): Promise<string> {
  let text = ''
  for await (const chunk of await guardedGet(url, never)) text += String(chunk)
  return text
}

it('gets a file, by an address, by a name, and after redirects', async () => {
  expect(await got(`${base}/`)).toBe('the file')
  expect(await got(base.replace('127.0.0.1', 'localhost'))).toBe('the file')
  expect(await got(`${base}/?to=${encodeURIComponent(`/?to=${encodeURIComponent(`${base}/`)}`)}`)).toBe('the file')
})

it.each([
  'http://169.254.169.254/latest/meta-data/',
  'https://169.254.169.254/',
  'http://2852039166/',
  'http://0xa9fea9fe/',
  'http://0251.0376.0251.0376/',
  'http://169.254.43518/',
  'http://[fe80::1]/',
  'http://[febf::1]/',
  'http://[::ffff:169.254.169.254]/',
  'http://[::ffff:a9fe:a9fe]/',
  'http://[64:ff9b::a9fe:a9fe]/',
  'http://[fd00:ec2::254]/',
  'http://100.100.100.200/',
  'http://168.63.129.16/',
])('never asks %s, whoever leads there', async (url) => {
  await expect(got(url)).rejects.toMatchObject({ name: 'ForbiddenAddress' })
  await expect(got(`${base}/?to=${encodeURIComponent(url)}`)).rejects.toMatchObject({ name: 'ForbiddenAddress' })
})

it.each([
  [['169.254.169.254'], false],
  [['203.0.113.7', '169.254.169.254'], false],
  [['203.0.113.7', 'fe80::1'], false],
  [['203.0.113.7', '2001:db8::1'], true],
])('a name that means %j is asked: %s', (addresses, asked) => {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  const guarded = guardLookup((_, __, callback) => callback(null, found))
  for (const all of [true, false])
    guarded('files.acme.dev', { all }, (error, first) => {
      expect(error?.name).toBe(asked ? undefined : 'ForbiddenAddress')
      if (asked) expect(first).toEqual(all ? found : addresses[0])
    })
  expect.hasAssertions()
})

it.each(['file:///etc/passwd', 'ftp://127.0.0.1/', 'data:,x'])('is no reader of %s', async (url) => {
  await expect(got(`${base}/?to=${encodeURIComponent(url)}`)).rejects.toThrow('not the address')
})

it('does not go round in circles', async () => {
  await expect(got(`${base}/?to=${encodeURIComponent('')}`)).rejects.toThrow('too many redirects')
})

it.each(['10.0.0.1', '192.168.1.1', '127.0.0.1', '::1', '2001:db8::1', 'fd00::1', '169.253.0.1'])(
  'a company’s own addresses are its own business: %s',
  (address) => expect(isForbidden(address)).toBe(false),
)
