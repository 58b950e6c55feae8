// One suite for both kinds of SSH server: a fleet's hosts behave like OpenSSH's, whichever runs them.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Fleet, startFleet } from '../../../src/apps/demo/fleet.ts'
import { makeKey } from '../../../src/apps/demo/fleet-key.ts'
import { processesOf } from '../../../src/apps/demo/fleet-processes.ts'
import { findSshd } from '../../../src/apps/demo/fleet-sshd.ts'
import { hostOf, login, open, run } from './login.ts'

const mustNotSkip = process.env.HOUSTON_TEST_NO_SKIP === '1'
const withoutSshd = findSshd() === undefined && !mustNotSkip

describe.skipIf(withoutSshd)('openssh (skipped where OpenSSH has no server)', () => suite('openssh'))
describe('ssh2', () => suite('ssh2'))

function suite(kind: 'openssh' | 'ssh2'): void {
  let fleet: Fleet
  beforeAll(async () => {
    fleet = await startFleet({ hosts: [{ name: 'web01' }, { name: 'web02' }], kind })
  })
  afterAll(() => fleet.stop())

  const on = async <Value>(name: string, act: (client: Awaited<ReturnType<typeof login>>) => Promise<Value>) => {
    const client = await login(fleet, name)
    return act(client).finally(() => client.end())
  }

  test.each([
    { command: 'exit 0', expected: { code: 0, stdout: '', stderr: '' } },
    { command: 'echo out; echo err >&2; exit 7', expected: { code: 7, stdout: 'out\n', stderr: 'err\n' } },
    { command: 'tr a-z A-Z', input: 'read to the end', expected: { code: 0, stdout: 'READ TO THE END' } },
    { command: 'exec sh', input: 'echo script; exit 3\n', expected: { code: 3, stdout: 'script\n' } },
    { command: 'kill -9 $$', expected: { code: undefined, signal: 'SIGKILL' } },
    { command: 'kill -TERM $$', expected: { code: undefined, signal: 'SIGTERM' } },
    { command: 'echo $HOUSTON_FLEET_HOST', expected: { stdout: 'web01\n' } },
    { command: 'basename $HOME', expected: { stdout: 'web01\n' } },
    // More than a channel's window of 2 MiB, so that it must be refilled.
    {
      command: 'head -c 5000000 /dev/zero | tr "\\0" x | wc -c',
      expected: { stdout: expect.stringMatching('5000000') },
    },
  ])('$command', async ({ command, input, expected }) => {
    expect(await on('web01', (client) => run(client, command, input))).toMatchObject(expected)
  })

  test('output larger than the window arrives whole, on both streams', async () => {
    const script = 'head -c 5000000 /dev/zero; head -c 3000000 /dev/zero >&2'
    const { stdout, stderr, code } = await on('web01', (client) => run(client, script))
    expect([stdout.length, stderr.length, code]).toEqual([5_000_000, 3_000_000, 0])
  })

  test('a dropped connection does not end the command', async () => {
    const { directory } = hostOf(fleet, 'web01')
    const [wait, answer] = [join(directory, 'wait'), join(directory, 'answer')]
    const client = await login(fleet, 'web01')
    const channel = await open(
      client,
      `mkfifo ${wait} ${answer}; echo ready; read word <${wait}; echo "$word" >${answer}`,
    )
    await once(channel, 'data')
    client.destroy()
    // A later login is answered after the server saw the drop of the earlier one.
    await on('web01', (again) => run(again, 'true'))
    await writeFile(wait, 'alive\n')
    expect(await readFile(answer, 'utf8')).toBe('alive\n')
  })

  test('forwards to loopback, both ways and to the end', async () => {
    const echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)).listen(0, '127.0.0.1')
    await once(echo, 'listening')
    const address = echo.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const text = await on('web01', async (client) => {
      const stream = await forwardTo(client, port)
      stream.end('there and back')
      return (await stream.setEncoding('utf8').toArray()).join('')
    })
    echo.close()
    expect(text).toBe('there and back')
  })

  test('a port that nobody listens on is refused', async () => {
    await expect(on('web01', (client) => forwardTo(client, 1))).rejects.toThrow('Channel open failure')
  })

  test('another key is refused', async () => {
    await expect(login(fleet, 'web01', makeKey().privateText)).rejects.toThrow('authentication methods failed')
  })

  test('a stopped host refuses, what ran there lives on, and it can be started again', async () => {
    const before = await on('web02', (client) => run(client, '(sleep 1000 >/dev/null 2>&1 & echo $!)'))
    const connected = await login(fleet, 'web02')
    const dropped = new Promise<void>((resolve) => connected.once('close', resolve).on('error', () => {}))
    await fleet.stopHost('web02')
    await dropped
    await expect(login(fleet, 'web02')).rejects.toThrow('ECONNREFUSED')
    expect(processesOf(fleet.root, 'web02')).toContain(Number(before.stdout))
    await fleet.startHost('web02')
    expect(await on('web02', (client) => run(client, 'exit 4'))).toMatchObject({ code: 4 })
    await fleet.crashHost('web02')
    expect(processesOf(fleet.root, 'web02')).toEqual([])
    await fleet.startHost('web02')
  })

  test('a paused host is silent until it is resumed, and nothing is lost', async () => {
    const client = await login(fleet, 'web02')
    await fleet.pauseHost('web02')
    const heard: string[] = []
    const outcome = run(client, 'echo late').then(() => heard.push('paused host'))
    await on('web01', (other) => run(other, 'true')).then(() => heard.push('other host'))
    expect(heard).toEqual(['other host'])
    await fleet.resumeHost('web02')
    await outcome
    client.end()
    expect(heard).toEqual(['other host', 'paused host'])
  })
}

test('many hosts share one OpenSSH server when asked to', { skip: withoutSshd }, async () => {
  const hosts = Array.from({ length: 18 }, (_, i) => ({ name: `h${i}` }))
  const fleet = await startFleet({ hosts, kind: 'openssh', daemons: 'shared' })
  try {
    for (const name of ['h0', 'h15', 'h16', 'h17']) {
      const client = await login(fleet, name)
      expect(await run(client, 'echo $HOUSTON_FLEET_HOST').finally(() => client.end())).toMatchObject({
        stdout: `${name}\n`,
      })
    }
    await expect(fleet.stopHost('h0')).rejects.toThrow('shares its SSH server')
  } finally {
    await fleet.stop()
  }
})

test('stop ends stray processes and removes the root', async () => {
  const fleet = await startFleet({ hosts: [{ name: 'web01' }], kind: 'ssh2' })
  const client = await login(fleet, 'web01')
  await run(client, '(setsid sleep 1000 >/dev/null 2>&1 &)')
  client.end()
  expect(processesOf(fleet.root)).toHaveLength(1)
  await fleet.stop()
  expect([processesOf(fleet.root), existsSync(fleet.root)]).toEqual([[], false])
})

test('a fleet cleans up after an owner that was killed', async () => {
  const path = JSON.stringify(new URL('../../../src/apps/demo/fleet.ts', import.meta.url).href)
  const script = `const { startFleet } = await import(${path})
    const { root, hosts, identity, knownHosts } = await startFleet({ hosts: [{ name: 'web01' }], kind: 'ssh2' })
    console.log(JSON.stringify({ root, hosts, identity, knownHosts }))`
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(owner.stdout.setEncoding('utf8'), 'data')
  const fleet: Fleet = JSON.parse(String(line))
  const client = await login(fleet, 'web01')
  await run(client, '(setsid sleep 1000 >/dev/null 2>&1 &)')
  const closed = once(client, 'close')
  owner.kill('SIGKILL')
  await closed
  await expect.poll(() => [processesOf(fleet.root), existsSync(fleet.root)], { timeout: 10_000 }).toEqual([[], false])
})

test('a root with foreign files is refused and left alone', async () => {
  const root = import.meta.dirname
  await expect(startFleet({ hosts: [{ name: 'web01' }], kind: 'ssh2', root })).rejects.toThrow('must be empty')
  expect(existsSync(import.meta.filename)).toBe(true)
})

function forwardTo(client: Awaited<ReturnType<typeof login>>, port: number) {
  return new Promise<Awaited<ReturnType<typeof open>>>((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, '127.0.0.1', port, (error, stream) => (error ? reject(error) : resolve(stream)))
  })
}
