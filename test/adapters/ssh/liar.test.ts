// Hosts whose words and exit status do not agree, and applications that speak in markers: never a success.

import type { ServerChannel } from 'ssh2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ExecServer, startExecServer } from './exec-server.ts'
import { begin, workOf } from './rollout.ts'

describe('a host that says one thing and does another', () => {
  let server: ExecServer
  let execs = 0
  let lie: (channel: ServerChannel, nonce: string) => void = () => {}
  beforeAll(async () => {
    server = await startExecServer((channel) => {
      let text = ''
      execs += 1
      channel.on('data', (chunk: Buffer) => {
        text += chunk.toString()
        if (text.endsWith('main; exit\n')) lie(channel, /^_nonce='(.*)'$/m.exec(text)?.[1] ?? '')
      })
    })
  })
  afterAll(() => server.stop())

  const run = () => begin(server.remote, workOf({ hosts: [server.host], directory: '/srv' })).ended()
  const say = (channel: ServerChannel, nonce: string, lines: readonly string[]) =>
    channel.stderr.write(lines.map((line) => `houston-${nonce} ${line}\n`).join(''))
  const ok = ['begun', 'ran ok - 0', 'result ok - 0 r1 end']

  test.each<[string, (channel: ServerChannel, nonce: string) => void, object]>([
    ['the truth', (channel, nonce) => say(channel, nonce, ok) && end(channel, 0), { kind: 'host-succeeded' }],
    ['success, but exits 1', (channel, nonce) => say(channel, nonce, ok) && end(channel, 1), { kind: 'host-failed' }],
    [
      'success, and ends without a status',
      (channel, nonce) => say(channel, nonce, ok) && end(channel),
      { kind: 'host-unknown' },
    ],
    [
      'success, of another release',
      (channel, nonce) => say(channel, nonce, ['hello', 'result ok - 0 r2 end']) && end(channel, 0),
      { kind: 'host-failed' },
    ],
    [
      'success, with half a result',
      (channel, nonce) => say(channel, nonce, ['hello', 'result ok - 0 r1']) && end(channel, 0),
      { kind: 'host-unknown' },
    ],
    [
      'success, with another nonce',
      (channel) => say(channel, 'abc', ok) && end(channel, 0),
      { kind: 'host-unreachable' },
    ],
    [
      'success on stdout',
      (channel, nonce) => channel.write(ok.map((line) => `houston-${nonce} ${line}\n`).join('')) && end(channel, 0),
      { kind: 'host-unreachable' },
    ],
    [
      'that its shell leads no group, whatever is done about it',
      (channel, nonce) => say(channel, nonce, ['ungrouped']) && end(channel, 1),
      { kind: 'host-unreachable', signature: expect.stringContaining('even under setsid') },
    ],
    ['nothing, and exits 0', (channel) => end(channel, 0), { kind: 'host-unreachable' }],
  ])('%s', async (_, told, expected) => {
    lie = told
    expect(await run()).toMatchObject(expected)
  })

  test('is asked again only a few times', async () => {
    execs = 0
    lie = (channel, nonce) => {
      say(channel, nonce, ['hello', 'begun'])
      end(channel)
    }
    expect(await run()).toMatchObject({ kind: 'host-unknown' })
    expect(execs).toBe(2)
  })
})

function end(channel: ServerChannel, code?: number) {
  if (code !== undefined) channel.exit(code)
  channel.end()
}
