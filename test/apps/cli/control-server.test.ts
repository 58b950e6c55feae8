// The socket: who can reach it, what it does with nonsense, and how it ends.

import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newControlPath, sweepControlFolder } from '../../../src/apps/cli/session/control-path.ts'
import { ControlServer } from '../../../src/apps/cli/session/control-server.ts'
import { LocalSession } from '../../../src/apps/cli/session/local-session.ts'
import { openSocketSession, PeerAbsent, PeerGone } from '../../../src/apps/cli/session/socket-session.ts'
import { type FakeHouse, houseOf, orderOf, production } from './house-of.ts'
import { socketPlace } from './socket-place.ts'

let place: ReturnType<typeof socketPlace>
let house: FakeHouse
let server: ControlServer

beforeEach(async () => {
  place = socketPlace()
  house = houseOf()
  server = new ControlServer(new LocalSession(house, { kind: 'local', alone: true }))
  await server.listen(place.path)
})

afterEach(async () => {
  server.close()
  await house.close()
  place.remove()
})

describe('control socket', () => {
  it('belongs to its user alone', () => {
    expect(statSync(place.path).mode & 0o777).toBe(0o600)
  })

  it('greets with its protocol', async () => {
    const { lines, socket } = await talk()
    expect(await lines(1)).toEqual([{ kind: 'hello', protocol: 1, pid: process.pid }])
    socket.destroy()
  })

  const refused: [string, unknown][] = [
    ['an unknown operation', { id: 1, operation: 'format-disk', input: null }],
    ['a name of the prototype', { id: 1, operation: 'constructor', input: null }],
    ['a missing field', { id: 1, operation: 'ask', input: { target: production } }],
    ['a field too many', { id: 1, operation: 'where', input: { release: 'r1', sudo: true } }],
    ['a release that is a path', { id: 1, operation: 'deploy', input: orderOf('../../etc') }],
    [
      'an ask that does not exist',
      { id: 1, operation: 'ask', input: { target: production, by: {}, ask: { kind: 'x' } } },
    ],
  ]
  it.each(refused)('answers %s with an error and does nothing', async (_, message) => {
    const { lines, socket } = await talk()
    socket.write(`${JSON.stringify(message)}\n`)
    expect((await lines(2))[1]).toMatchObject({ id: 1, kind: 'error' })
    expect(await house.store.rollouts({ limit: 1 })).toEqual([])
    socket.destroy()
  })

  it.each(['no json', '[]', '{"id":"1"}', 'null'])('hangs up on %s', async (text) => {
    const { socket, closed } = await talk()
    socket.write(`${text}\n`)
    await closed
  })

  it('takes a deploy through the schema unchanged', async () => {
    const session = await openSocketSession(place.path)
    const sent = orderOf('r1', { reason: 'because' })
    await session.deploy(sent)
    const [rollout] = await house.store.rollouts({ limit: 1 })
    const record = await house.store.rollout(rollout?.id ?? '')
    expect(record?.plan.work).toEqual(sent.work)
    expect(record?.plan.strategy).toEqual(sent.strategy)
    expect(record?.reason).toBe('because')
    await session.close()
  })

  it('still answers the last question of whoever followed a rollout', async () => {
    const session = await openSocketSession(place.path)
    house.remote.behave = () => ({ kind: 'slow', ms: 50 })
    await session.deploy(orderOf('r1'))
    const following = (async () => {
      for await (const { report } of session.watch(production, new AbortController().signal))
        if (report.phase === 'failed') return
      const last = await session.status({ target: production })
      await session.close()
      return last?.phase
    })()
    await house.engine.idle()
    await server.finish(20_000)
    server.close()
    expect(await following).toBe('succeeded')
  })

  it('does not wait for ever for somebody who stays', async () => {
    const session = await openSocketSession(place.path)
    await server.finish(20)
    await session.close()
  })

  it('tells whoever still asks that it is gone', async () => {
    const session = await openSocketSession(place.path)
    house.remote.behave = () => 'hang'
    await session.deploy(orderOf('r1'))
    const watch = session.watch(production, new AbortController().signal)[Symbol.asyncIterator]()
    await watch.next()
    const cut = (async () => {
      for (;;) if ((await watch.next()).done) return
    })()
    server.close()
    await expect(cut).rejects.toThrow(PeerGone)
    await expect(session.targets()).rejects.toThrow(PeerGone)
    expect(existsSync(place.path)).toBe(false)
  })

  it('is absent where nobody listens', async () => {
    await expect(openSocketSession(join(place.folder, 'none.sock'))).rejects.toThrow(PeerAbsent)
    writeFileSync(join(place.folder, 'file.sock'), '')
    await expect(openSocketSession(join(place.folder, 'file.sock'))).rejects.toThrow(PeerAbsent)
  })
})

describe('control path', () => {
  it('is private, near the data, and new each time', () => {
    const [one, two] = [newControlPath(place.folder), newControlPath(place.folder)]
    expect(one).not.toBe(two)
    expect(one.startsWith(join(place.folder, 'control'))).toBe(true)
    expect(statSync(join(place.folder, 'control')).mode & 0o777).toBe(0o700)
  })

  it('fits the kernel when the data directory is deep', () => {
    const deep = join(place.folder, 'x'.repeat(100), 'y'.repeat(50))
    const path = newControlPath(deep, place.folder)
    expect(Buffer.byteLength(path)).toBeLessThanOrEqual(100)
    expect(path.startsWith(place.folder)).toBe(true)
  })

  it('keeps a data directory that it makes out of git, and no other', () => {
    const data = join(place.folder, 'project', 'data')
    newControlPath(data)
    expect(readFileSync(join(data, '.gitignore'), 'utf8')).toBe('*\n')
    newControlPath(place.folder)
    expect(existsSync(join(place.folder, '.gitignore'))).toBe(false)
  })

  it('closes a folder that is open to others', () => {
    mkdirSync(join(place.folder, 'control'))
    chmodSync(join(place.folder, 'control'), 0o777)
    newControlPath(place.folder)
    expect(statSync(join(place.folder, 'control')).mode & 0o777).toBe(0o700)
  })

  it('refuses a folder that is none', () => {
    writeFileSync(join(place.folder, 'control'), '')
    expect(() => newControlPath(place.folder)).toThrow()
  })

  it('sweeps what the dead left, and nothing else', () => {
    const mine = newControlPath(place.folder)
    const [dead, other] = [newControlPath(place.folder), join(place.folder, 'control', 'note')]
    for (const path of [mine, dead, other]) writeFileSync(path, '')
    sweepControlFolder(mine)
    expect([mine, dead, other].map((path) => existsSync(path))).toEqual([true, false, true])
  })
})

async function talk() {
  const socket: Socket = connect(place.path)
  const heard: unknown[] = []
  let wake = () => {}
  let rest = ''
  socket.on('data', (chunk) => {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    heard.push(...parts.map((part): unknown => JSON.parse(part)))
    wake()
  })
  socket.on('error', () => {})
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const lines = async (count: number) => {
    while (heard.length < count)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    return heard
  }
  return { socket, lines, closed }
}
