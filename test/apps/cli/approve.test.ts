// Two people at terminals of one store: a deploy that waits, what each of them reads, and who lets it begin. A real Postgres
// server, real SSH servers, whose journal judges.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runCli } from '../../../src/apps/cli/run-cli.ts'
import type { Person } from '../../../src/core/intent.ts'
import { describeOnServer } from '../../support/on-stores.ts'
import { PostgresServer } from '../../support/postgres-server.ts'
import { appOf } from './app-of.ts'
import { me as ada } from './house-of.ts'
import { openTerminal, type Terminal } from './houston-process.ts'

const HOSTS = ['web1', 'web2']
const eve: Person = { via: 'terminal', id: '1001', name: 'eve' }

describeOnServer('two people at terminals', (programs) => {
  let server: PostgresServer
  let terminal: Terminal
  let url: string

  beforeAll(async () => {
    server = await PostgresServer.start(programs)
    url = (await server.database()).replace('@/', '@localhost/')
    terminal = await openTerminal(HOSTS)
    const file = join(terminal.folder, '.github', 'houston.yml')
    writeFileSync(file, readFileSync(file, 'utf8').replace('    zones:', '    approvals: {}\n    zones:'))
  }, 120_000)
  afterAll(async () => {
    await terminal?.close()
    server?.close()
  })

  const houston = async (person: Person, ...words: string[]) => {
    const app = { ...appOf({ cwd: terminal.folder, env: { DATABASE_URL: url } }), person, now: () => Date.now() }
    return { code: await runCli(words, app), out: app.stdout(), err: app.stderr() }
  }

  it('who deploys reads what it waits for and what the other one types, and is told 4', {
    timeout: 60_000,
  }, async () => {
    expect((await houston(ada, 'plan', 'prod', 'r1')).out).toContain(
      'before it begins: 1 approval missing (not by who asked for it)',
    )
    const { code, out, err } = await houston(ada, 'deploy', 'prod', 'r1', '--yes')
    expect(code).toBe(4)
    expect(err).toContain('before it begins: 1 approval missing (not by who asked for it)')
    expect(out).toMatch(/deploy of r1 {2}waiting for approval\n {2}asked for by ada now\n {2}1 approval missing/)
    expect(out).toContain('untouched: all 2 hosts')
    expect(out).toMatch(/houston approve production r1 +let it begin; for a second person/)
    expect(terminal.journal()).toEqual([''])
  })

  it('cannot approve it; and another release than what waits is approved by nobody', { timeout: 60_000 }, async () => {
    const own = await houston(ada, 'approve', 'prod', 'r1')
    expect([own.code, own.err]).toEqual([4, expect.stringContaining('refused: You asked for this rollout yourself.')])
    const other = await houston(eve, 'approve', 'prod', 'r0', '--json')
    expect(JSON.parse(other.out)).toMatchObject({ exit_code: 4, refusal: { reason: 'other-release' } })
    expect(terminal.journal()).toEqual([''])
  })

  it('another person lets it begin, and follows it to its end', { timeout: 60_000 }, async () => {
    const { code, out } = await houston(eve, 'approve', 'prod', 'r1')
    expect([code, out]).toEqual([0, expect.stringMatching(/deploy of r1 {2}succeeded[\s\S]*approved by eve/)])
    expect(terminal.journal()).toEqual(['web1 r1', 'web2 r1'])
    expect((await houston(ada, 'status', 'prod')).out).toContain('approved by eve')
    const { out: audit } = await houston(ada, 'audit', 'prod')
    expect(audit).toMatch(/eve \(terminal 1001\) +approve +shop production +accepted +r1\n/)
    expect(audit).toMatch(/ada \(terminal 1000\) +approve +shop production +refused: not-a-second-person/)
  })

  it('programs read it: what waits, for how many, and the code', { timeout: 60_000 }, async () => {
    const { code, out } = await houston(ada, 'deploy', 'prod', 'r2', '--yes', '--json')
    const [last] = out.trim().split('\n').slice(-1)
    expect([code, JSON.parse(last ?? '')]).toMatchObject([
      4,
      {
        ...{ kind: 'summary', exit_code: 4 },
        rollout: { phase: 'unapproved', approvals: { required: 1, missing: 1, given: [] }, next: ['approve', 'abort'] },
      },
    ])
    expect((await houston(eve, 'history', 'prod')).out).toMatch(/deploy +r2 +waiting for approval +ada/)
    const watch = await houston(eve, 'status', 'prod', '--watch')
    expect([watch.code, watch.out]).toEqual([0, expect.stringContaining('1 approval missing')])
  })

  it('halted, it has ended: resumed it would have begun without approval', { timeout: 60_000 }, async () => {
    expect(await houston(ada, 'halt', 'prod')).toMatchObject({ code: 0, out: expect.stringContaining('aborted') })
    expect((await houston(ada, 'resume', 'prod')).code).toBe(4)
    expect((await houston(eve, 'approve', 'prod')).err).toContain('approve is not possible now.')
    expect(terminal.journal()).toEqual(['web1 r1', 'web2 r1'])
  })
})
