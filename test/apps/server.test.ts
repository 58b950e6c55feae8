// Long-lived processes as an operator runs them: several on one Postgres, one on the embedded store. The hosts' own records say
// what was done, and how often.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeOnServer } from '../support/on-stores.ts'
import { PostgresServer } from '../support/postgres-server.ts'
import { openTerminal, type Running, type Terminal } from './cli/houston-process.ts'

const HOSTS = ['web1', 'web2', 'web3', 'web4']
/** THREATS.md, case 6. */
const DRAIN_MS = 30_000
/** Issue 3: work goes on elsewhere within this after a death. */
const RESUME_MS = 15_000

describeOnServer('two servers on one Postgres', (programs) => {
  let postgres: PostgresServer
  let terminal: Terminal
  let servers: Running[]
  beforeAll(async () => {
    postgres = await PostgresServer.start(programs)
    // A host's name before the query, because a URL needs one; the socket in the query wins over it.
    const url = (await postgres.database()).replace('houston@', 'houston@localhost')
    terminal = await openTerminal(HOSTS, { DATABASE_URL: url })
    servers = await Promise.all([terminal.serve(), terminal.serve()])
  }, 120_000)
  afterAll(async () => {
    for (const { child } of servers ?? []) child.kill('SIGKILL')
    await Promise.all((servers ?? []).map(({ ended }) => ended))
    await terminal?.close()
    postgres?.close()
  })

  /** A deploy that stands still on web2, and the server that drives it. */
  async function inTheMiddle(release: string) {
    for (const { forget } of servers) forget()
    terminal.hold('web2')
    const deploying = terminal.start('deploy', 'prod', release, '--yes', '--json')
    const running = (each: Running) => each.line(({ message, release: of }) => message === 'running' && of === release)
    const driver = await Promise.any(servers.map((each) => running(each).then(() => each)))
    await deploying.line(({ kind, host, phase }) => kind === 'host' && host === 'web2' && phase === 'running')
    return { deploying, driver }
  }

  async function replace(gone: Running): Promise<void> {
    servers = [...servers.filter((each) => each !== gone), await terminal.serve()]
  }

  it('a terminal only asks and follows; Ctrl-C detaches', { timeout: 60_000 }, async () => {
    const { deploying } = await inTheMiddle('r1')
    deploying.child.kill('SIGINT')
    const { code, err } = await deploying.ended
    expect(code).toBe(130)
    expect(err).toContain('detached: a server goes on with it (houston halt production stops it)')
    terminal.release()
    await succeeded(terminal, 'r1')
    const { out } = await terminal.run('doctor', '--json')
    expect(JSON.parse(out).checks).toContainEqual(
      expect.objectContaining({
        name: 'servers',
        state: 'ok',
        found: expect.stringMatching(/process \d+.*process \d+/),
      }),
    )
    onceEach(terminal, 'r1')
  })

  it('SIGTERM hands over: exit 0 in time, the other one finishes, each host starts once', {
    timeout: 90_000,
  }, async () => {
    const { deploying, driver } = await inTheMiddle('r2')
    const since = performance.now()
    const heir = servers.find((each) => each !== driver)
    heir?.forget()
    driver.child.kill('SIGTERM')
    const taken = heir?.line(({ message, release }) => message === 'running' && release === 'r2')
    expect((await driver.ended).code).toBe(0)
    expect(performance.now() - since).toBeLessThan(DRAIN_MS)
    // While web2 still stands: its run is attached to, not waited for.
    await taken
    terminal.release()
    expect((await deploying.ended).code).toBe(0)
    onceEach(terminal, 'r2')
    await replace(driver)
  })

  it('kill -9: resumed by the other one in time, each host starts once', { timeout: 90_000 }, async () => {
    const { deploying, driver } = await inTheMiddle('r3')
    driver.child.kill('SIGKILL')
    const since = performance.now()
    terminal.release()
    await deploying.line(({ kind, host, phase }) => kind === 'host' && host === 'web2' && phase === 'succeeded')
    expect(performance.now() - since).toBeLessThan(RESUME_MS)
    expect((await deploying.ended).code).toBe(0)
    onceEach(terminal, 'r3')
    await replace(driver)
  })

  it('a database that is away ends no server, and what ran goes on when it is back', { timeout: 120_000 }, async () => {
    await inTheMiddle('r4')
    for (const { forget } of servers) forget()
    postgres.pause()
    await Promise.all(servers.map(({ line }) => line(({ message }) => message === 'the store is lost')))
    expect(await Promise.all(servers.map(readiness))).toEqual([503, 503])
    postgres.resume()
    await Promise.all(servers.map(({ line }) => line(({ message }) => message === 'the store is back')))
    expect(await Promise.all(servers.map(readiness))).toEqual([200, 200])
    terminal.release()
    await succeeded(terminal, 'r4')
    onceEach(terminal, 'r4')
  })
})

describe('one server on the embedded store', () => {
  let terminal: Terminal
  beforeAll(async () => {
    terminal = await openTerminal(HOSTS.slice(0, 2))
  }, 60_000)
  afterAll(() => terminal?.close())

  it('drains in the middle, and the next one goes on', { timeout: 90_000 }, async () => {
    const first = await terminal.serve()
    terminal.hold('web2')
    const deploying = terminal.start('deploy', 'prod', 'r1', '--yes', '--json')
    await deploying.line(({ kind, host, phase }) => kind === 'host' && host === 'web2' && phase === 'running')
    first.child.kill('SIGTERM')
    expect((await first.ended).code).toBe(0)
    expect((await deploying.ended).code).not.toBe(0)
    const second = await terminal.serve()
    terminal.release()
    await second.line(({ message }) => message === 'succeeded')
    expect(terminal.journal().sort()).toEqual(['web1 r1', 'web2 r1'])
    second.child.kill('SIGTERM')
    expect((await second.ended).code).toBe(0)
  })
})

async function succeeded(terminal: Terminal, release: string): Promise<void> {
  for (;;) {
    const { out } = await terminal.run('status', 'prod', '--json')
    const { phase, release: of } = JSON.parse(out)
    if (of === release && phase === 'succeeded') return
    if (phase !== 'running') throw new Error(`${of} is ${phase}`)
  }
}

function onceEach(terminal: Terminal, release: string): void {
  const begun = terminal.journal().filter((line) => line.endsWith(` ${release}`))
  expect(begun.sort()).toEqual(HOSTS.map((host) => `${host} ${release}`))
}

async function readiness({ said }: Running): Promise<number> {
  const address = said().find(({ message }) => message === 'listening')?.address
  return (await fetch(`http://${address}/readyz`)).status
}
