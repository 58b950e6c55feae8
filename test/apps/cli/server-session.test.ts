// A terminal that asks a server: over real HTTP, with a token, through cuts and refusals; the same words and exit codes as at home.

import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { runCli } from '../../../src/apps/cli/run-cli.ts'
import { openServerSession } from '../../../src/apps/cli/server/server-session.ts'
import { readHosts } from '../../../src/apps/cli/session/read-hosts.ts'
import type { Look, Session } from '../../../src/apps/cli/session/session.ts'
import { openServedApi, type ServedApi } from '../../support/served-api.ts'
import { appOf } from './app-of.ts'
import { me, production } from './house-of.ts'

let served: ServedApi
let session: Session
let token: string
beforeEach(async () => {
  served = await openServedApi()
  token = await served.tokenOf('42')
  session = openServerSession({ url: served.url, token })
})
afterEach(() => served.close())

const wish = (ref: string) => ({ ...production, ref, all: false, backwards: false })
const never = new AbortController().signal

async function watched(): Promise<Look[]> {
  const looks: Look[] = []
  for await (const look of session.watch(production, never)) looks.push(look)
  return looks
}

const cli = async (words: string[], over: Record<string, string> = {}) => {
  const app = appOf({ env: { HOUSTON_URL: served.url, HOUSTON_TOKEN: token, HOME: '/nowhere', ...over } })
  const code = await runCli(words, app)
  return { code, out: app.stdout(), err: app.stderr() }
}

describe('a session with a server', () => {
  it('plans, deploys, shows every host on the way, and ends', async () => {
    expect(await session.plan(wish('r1'))).toMatchObject({ release: 'r1', fleet: { size: 6, planned: 6 } })
    expect(await session.status({ target: production })).toBeUndefined()
    expect(await session.deploy(wish('r1'))).toMatchObject({ kind: 'started', plan: { release: 'r1' } })
    const looks = await watched()
    expect(looks.at(-1)?.report).toMatchObject({ phase: 'succeeded', hosts: { planned: 6, succeeded: 6 } })
    const done = looks.flatMap(({ changes }) => changes).filter(({ phase }) => phase === 'succeeded')
    expect(done.map(({ host }) => host).sort()).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'b3'])
    // Of what has not begun nothing is told.
    expect(looks.flatMap(({ changes }) => changes).filter(({ phase }) => phase === 'queued')).toEqual([])
    expect(await session.targets()).toEqual([production])
  })

  it('halts, retries, skips and tells why', async () => {
    served.house.remote.behave = ({ host, attempt }) => (host === 'a2' && attempt === 1 ? 'fail' : 'ok')
    await session.deploy(wish('r1'))
    const halted = (await watched()).at(-1)
    expect(halted?.report).toMatchObject({ phase: 'halted', halt: { kind: 'fleet-budget' }, hosts: { failed: 1 } })
    const failed = { host: 'a2', zone: 'a', phase: 'failed', attempt: 1, step: 'start', signature: 'start exited 1' }
    expect(halted?.changes).toContainEqual(failed)
    const retried = await session.ask({ target: production, by: me, ask: { kind: 'retry' } })
    expect(retried.answer).toEqual({ kind: 'accepted' })
    expect((await watched()).at(-1)?.report.phase).toBe('succeeded')
    const skipped = await session.ask({ target: production, by: me, ask: { kind: 'skip', hostName: 'x' } })
    expect(skipped.answer).toMatchObject({ kind: 'refused' })
  })

  it('rolls back in the middle, and the watch goes over to the rollback', async () => {
    await session.deploy(wish('r1'))
    await watched()
    served.house.remote.behave = ({ host, release }) => (release === 'r2' && host === 'b2' ? 'hang' : 'ok')
    await session.deploy(wish('r2'))
    const looks: Look[] = []
    for await (const look of session.watch(production, never)) {
      looks.push(look)
      if (look.changes.some(({ host, phase }) => host === 'b2' && phase === 'running'))
        expect(await session.rollback({ ...production, by: me, reason: 'bad' })).toMatchObject({ kind: 'started' })
    }
    expect(looks.at(-1)?.report).toMatchObject({ kind: 'rollback', release: 'r1', phase: 'succeeded', reason: 'bad' })
    expect(await session.history({ target: production, limit: 2 })).toMatchObject([
      { kind: 'rollback', release: 'r1', phase: 'succeeded', requestedBy: 'ada' },
      { kind: 'deploy', release: 'r2', phase: 'superseded' },
    ])
  })

  it('locks, and reads what is recorded', async () => {
    await session.deploy(wish('rel-1'))
    await watched()
    const lock = { verb: 'lock', by: me, reason: 'a migration', forMs: 60_000 } as const
    expect(await session.changeLock({ target: production, wish: lock })).toMatchObject({ kind: 'taken' })
    expect(await session.locks({ target: production })).toMatchObject({
      lock: { holder: { via: 'github', id: '42', door: 'api' } },
    })
    const unlock = { verb: 'unlock', by: me, steal: false } as const
    expect(await session.changeLock({ target: production, wish: unlock })).toMatchObject({ kind: 'released' })
    expect(await session.changeLock({ target: production, wish: unlock })).toMatchObject({ reason: 'not-locked' })
    expect(await session.where({ release: 'rel-' })).toMatchObject([{ release: 'rel-1', now: { count: 6 } }])
    expect(await session.past({ target: production, at: Date.now() + 1 })).toHaveLength(6)
    expect(await session.log({ target: production, host: 'a1' })).toMatchObject({ host: 'a1', phase: 'succeeded' })
    expect(await session.log({ target: production, host: 'zz' })).toMatchObject({ reason: 'unknown-host' })
    expect(await session.hosts({ target: production, probe: false })).toHaveLength(6)
    const entries = await session.audit({ target: production, limit: 3 })
    expect(entries.map(({ fact }) => `${fact.verb} ${fact.outcome.kind}`)).toEqual([
      'unlock refused',
      'unlock accepted',
      'lock accepted',
    ])
  })

  it('reads hosts from the record, and has the server ask them, page after page', async () => {
    await session.deploy(wish('r1'))
    await watched()
    served.house.remote.host('a1').installed = 'by-hand'
    const recorded = await session.hosts({ target: production, probe: false })
    expect(recorded.map(({ reading }) => reading)).toEqual(Array(6).fill(undefined))
    const local = await readHosts(served.house, { target: production, probe: true })
    expect(await session.hosts({ target: production, probe: true })).toEqual(local)
    expect(local[0]).toMatchObject({ name: 'a1', release: 'r1', reading: { installed: 'by-hand' } })
    const stranger = openServerSession({ url: served.url, token: await served.tokenOf('43') })
    await expect(stranger.hosts({ target: production, probe: true })).rejects.toMatchObject({ code: 4 })
  })

  it('an answer that was lost is asked for again, and begins nothing twice', async () => {
    served.house.remote.behave = () => 'hang'
    const lost = (status: number) => async (pass: () => Response | Promise<Response>) => {
      expect((await pass()).status).toBe(201)
      return new Response('cut', { status })
    }
    served.interject.push(lost(503), lost(502))
    expect(await session.deploy(wish('r1'))).toMatchObject({ kind: 'started' })
    expect(served.requests.filter((each) => each === 'POST /api/v1/rollouts')).toHaveLength(3)
    expect(await session.history({ target: production, limit: 9 })).toHaveLength(1)
  })

  it('an answer that breaks off is asked for again, under the same name', async () => {
    const names: unknown[] = []
    const answer = JSON.stringify({ kind: 'taken', lock: { kind: 'person', holder: me, since: 1 } })
    const breaking = createServer((request, response) => {
      names.push(request.headers['idempotency-key'])
      response.writeHead(200, { 'content-length': answer.length })
      if (names.length === 1) response.write(answer.slice(0, 9), () => response.destroy())
      else response.end(answer)
    })
    await new Promise<void>((resolve) => breaking.listen(0, '127.0.0.1', resolve))
    const { port } = z.object({ port: z.number() }).parse(breaking.address())
    const other = openServerSession({ url: `http://127.0.0.1:${port}`, token })
    const locking = other.changeLock({ target: production, wish: { verb: 'lock', by: me } })
    expect(await locking).toMatchObject({ kind: 'taken' })
    expect(names).toEqual([expect.any(String), names[0]])
    breaking.close()
  })

  it('a redirect is not followed: the token stays here', async () => {
    const other = await openServedApi()
    served.interject.push(
      ...Array.from({ length: 4 }, () => () => Response.redirect(`${other.url}/api/v1/environments`, 307)),
    )
    await expect(session.targets()).rejects.toMatchObject({ code: 5 })
    expect(other.requests).toEqual([])
    await other.close()
  }, 15_000)
})

it('all environments are followed, through a cut, until somebody leaves', async () => {
  const app = appOf({ env: { HOUSTON_URL: served.url, HOUSTON_TOKEN: token, HOME: '/nowhere', NO_COLOR: '1' } })
  const print = app.screen.out.print.bind(app.screen.out)
  const lines: string[] = []
  app.screen.out.print = (told) => {
    print(told)
    lines.push(app.stdout())
    if (lines.length === 1) void session.deploy(wish('r1'))
    if (lines.length === 1) served.cut()
    if (/6 hosts +succeeded/.test(app.stdout())) app.interrupt()
  }
  expect(await runCli(['status', '--watch'], app)).toBe(130)
  expect(lines[0]).toMatch(/^shop production +nothing known +0 hosts +no rollout yet/)
  expect(app.stdout()).toMatch(/shop production +r1 +6 hosts +succeeded +deploy of r1/)
})

describe('the terminal with a server', () => {
  it('deploys and ends as at home', async () => {
    expect(await cli(['status'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^shop production +no rollout yet\n/),
    })
    expect(await cli(['status', '--json'])).toMatchObject({ code: 0, out: '' })
    const unseen = expect.stringMatching(/no environment "nope"[\s\S]*may see with this token[\s\S]*one of: production/)
    expect(await cli(['status', 'nope'])).toMatchObject({ code: 2, err: unseen })
    const { code, out, err } = await cli(['deploy', 'prod', 'r1', '--yes'])
    expect([code, err]).toEqual([0, expect.stringContaining('6 hosts')])
    expect(out).toContain('succeeded')
    expect((await cli(['status', 'prod', '--json'])).out).toMatch(/^{"format":"rollout","rollout":"[0-9a-z]+"/)
    expect((await cli(['deploy', 'prod', 'r1', '--yes'])).code).toBe(4)
  })

  it.each([
    ['a rollout that halts', ['deploy', 'prod', 'r2', '--yes'], 1],
    ['no consent', ['deploy', 'prod', 'r2'], 2],
    ['an unknown environment', ['halt', 'staging'], 2],
    ['nothing to go back to', ['rollback', 'prod'], 4],
    ['a plan', ['plan', 'prod', 'r2'], 0],
    ['a probe of nothing', ['hosts', 'prod', '--probe'], 0],
  ])('%s', async (_, words, code) => {
    served.house.remote.behave = ({ host }) => (host === 'a2' ? 'fail' : 'ok')
    await cli(['deploy', 'prod', 'r1', '--yes'])
    expect((await cli(words)).code).toBe(code)
  })

  it('says that the server is away, or that the token is none', async () => {
    for (const wrong of ['hst_wrong', `${token}\u200b`, `${token}\n`])
      expect(await cli(['status'], { HOUSTON_TOKEN: wrong })).toMatchObject({
        code: 4,
        err: expect.stringContaining('does not know the token'),
      })
    const away = await cli(['status'], { HOUSTON_URL: 'http://127.0.0.1:9' })
    expect(away).toMatchObject({ code: 5, err: expect.stringContaining('cannot be reached') })
  }, 15_000)

  it('sends no token in the open', async () => {
    const { code, err } = await cli(['status'], { HOUSTON_URL: 'http://houston.acme.dev' })
    expect([code, err]).toEqual([2, expect.stringContaining('plain HTTP')])
  })

  it('a token that may only look acts on nothing, and the audit says so', async () => {
    token = await served.tokenOf('42', [{ may: 'look' }])
    expect(await cli(['deploy', 'prod', 'r1', '--yes'])).toMatchObject({ code: 4 })
    expect((await cli(['audit'])).out).toContain('refused: not-allowed')
    expect(await served.house.store.rollouts({ limit: 1 })).toEqual([])
  })

  it.each([
    ['without a token', { HOUSTON_TOKEN: '', HOUSTON_DATA: '/nowhere/data' }, [], 'houston login http'],
    ['with --data', {}, ['--data', '/nowhere/data'], 'houston deploy'],
  ])('%s is at home', async (_, env, words, next) => {
    const { code, err } = await cli(['status', ...words], env)
    expect([code, err]).toEqual([4, expect.stringMatching(new RegExp(`no data directory[\\s\\S]*next +${next}`))])
    expect(served.requests).toEqual([])
  })
})
