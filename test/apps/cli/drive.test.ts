// A deploy on a terminal: what is shown while it runs, what Ctrl-C does, how it ends.

import { describe, expect, it } from 'vitest'
import { asBegun, drive } from '../../../src/apps/cli/drive.ts'
import type { Entered } from '../../../src/apps/cli/session/enter.ts'
import { LocalSession } from '../../../src/apps/cli/session/local-session.ts'
import type { Session } from '../../../src/apps/cli/session/session.ts'
import { appOf, type FakeApp, type Wanted } from './app-of.ts'
import { type FakeHouse, houseOf, me, orderOf, production } from './house-of.ts'

function setUp(wanted: Wanted = {}): {
  app: FakeApp
  house: FakeHouse
  session: Session
  entered: Entered
  left: () => boolean
} {
  const house = houseOf()
  const session = new LocalSession(house, { kind: 'local', alone: true })
  let left = false
  const leave = async () => {
    left = true
    await session.close()
  }
  const finish = async () => {
    await session.idle()
    await session.close()
  }
  const entered = { session, finish, leave }
  return { app: appOf(wanted), house, session, entered, left: () => left }
}

const deploy = ({ app, entered }: ReturnType<typeof setUp>, json = false) =>
  drive(app, { entered, target: production, common: { json } }, (session) =>
    session.deploy(orderOf('r1')).then(asBegun),
  )

describe('drive', () => {
  it('ends with the report on stdout and nothing else there', async () => {
    const set = setUp()
    expect(await deploy(set)).toBe(0)
    expect(set.app.stdout()).toMatch(/^shop production {2}deploy of r1 {2}succeeded\n/)
    expect(set.app.stderr()).toContain('production succeeded 6/6 ok')
    expect(set.app.stdout() + set.app.stderr()).not.toContain('\x1b')
  })

  it('speaks lines of JSON, the last one a summary', async () => {
    const set = setUp()
    set.house.remote.behave = ({ host }) => (host === 'b3' ? 'fail' : 'ok')
    expect(await deploy(set, true)).toBe(1)
    const lines = set.app
      .stdout()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(new Set(lines.map(({ kind }) => kind))).toEqual(new Set(['host', 'status', 'summary']))
    expect(lines.filter(({ kind, phase }) => kind === 'host' && phase === 'failed')).toMatchObject([
      { host: 'b3', signature: 'start exited 1' },
    ])
    expect(lines.at(-1)).toMatchObject({
      kind: 'summary',
      exit_code: 1,
      rollout: { phase: 'failed', hosts: { succeeded: 5, failed: 1 } },
    })
    expect(set.app.stderr()).toBe('')
  })

  it('paints over in place on a terminal, but not in CI', async () => {
    const set = setUp({ tty: true })
    expect(await deploy(set)).toBe(0)
    expect(set.app.stderr()).toMatch(/\x1b\[\d+A\r\x1b\[J/)
    for (const env of [{ CI: 'true' }, { TERM: 'dumb' }]) {
      const plain = setUp({ tty: true, env })
      await deploy(plain)
      expect(plain.app.stderr()).not.toMatch(/\x1b\[\d*[AJ]/)
    }
  })

  it('has no colour where none is wanted', async () => {
    const set = setUp({ tty: true, env: { NO_COLOR: '1', CI: '1' } })
    await deploy(set)
    expect(set.app.stderr() + set.app.stdout()).not.toContain('\x1b')
  })

  it('says why nothing was begun', async () => {
    const set = setUp()
    const code = await drive(set.app, { entered: set.entered, target: production, common: {} }, (session) =>
      session.rollback({ ...production, by: me }).then(asBegun),
    )
    expect(code).toBe(4)
    expect(set.app.stderr()).toMatch(
      /refused: Nothing was rolled out to production yet[\s\S]*next {2}houston deploy production/,
    )
  })

  it('halts at the first Ctrl-C, and waits for hosts already begun', async () => {
    const set = setUp()
    set.house.remote.behave = ({ host }) => (host === 'a1' ? { kind: 'slow', ms: 300 } : 'ok')
    const ending = deploy(set)
    await begun(set, 'a1')
    set.app.interrupt()
    expect(await ending).toBe(130)
    expect(set.app.stderr()).toMatch(/halting: hosts already begun finish[\s\S]*the halt is recorded/)
    expect(set.app.stdout()).toMatch(/halted by ada[\s\S]*untouched: 5 hosts/)
    expect(set.left()).toBe(false)
    expect([...set.house.remote.begins().keys()]).toHaveLength(1)
  })

  it.each([
    ['the second Ctrl-C', ['interrupt', 'interrupt']],
    ['the end of the terminal', ['leave']],
  ] as const)('leaves at once at %s, and says how to come back', async (_, interrupts) => {
    const set = setUp()
    set.house.remote.behave = () => 'hang'
    const ending = deploy(set)
    await begun(set, 'a1')
    for (const what of interrupts) set.app.interrupt(what)
    expect(await ending).toBe(130)
    expect(set.left()).toBe(true)
    expect(set.app.stderr()).toMatch(/houston status production, then houston resume production/)
  })

  it('stays for a rollback that somebody else asks for, and ends with 3', async () => {
    const set = setUp()
    await set.session.deploy(orderOf('r0'))
    await set.session.idle()
    set.house.remote.behave = ({ host, release }) => (release === 'r1' && host === 'b1' ? 'hang' : 'ok')
    const ending = deploy(set)
    await begun(set, 'b1')
    await set.session.rollback({ ...production, by: { ...me, name: 'grace' }, reason: 'pager' })
    expect(await ending).toBe(3)
    expect(set.app.stderr()).toContain('grace asked for a rollback to r0')
    expect(set.app.stdout()).toMatch(/deploy of r1 {2}replaced by a newer rollout[\s\S]*rollback to r0 {2}succeeded/)
  })
})

/** A second watcher, so that the test acts when the host is at work and not some time after. */
async function begun({ session }: ReturnType<typeof setUp>, host: string): Promise<void> {
  for (;;) {
    for await (const { changes, report } of session.watch(production, new AbortController().signal))
      if (report.release === 'r1' && changes.some((change) => change.host === host && change.step !== undefined)) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}
