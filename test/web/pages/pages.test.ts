// The pages without a browser: who sees what, what a form asks the desk for, and that no text of hosts or people becomes markup.

import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MemoryStore } from '../../../src/adapters/memory/store.ts'
import { refused } from '../../../src/core/intent.ts'
import { readAssets } from '../../../src/web/pages/assets.ts'
import { PagesHouse } from '../../support/pages-house.ts'
import type { FakeDesk } from '../../support/showcase/fake-desk.ts'
import { type MadeUp, seed } from '../../support/showcase/rollouts.ts'
import { ADA, NOW, seedWorld } from '../../support/showcase/world.ts'

const assets = readAssets()
const EVIL = `"><script>alert(1)</script><img src=x onerror='alert(2)'>\u202e&amp;`
const FRONT = '/environments/storefront/production'

let house: PagesHouse
let store: MemoryStore
let desk: FakeDesk

beforeEach(() => {
  house = new PagesHouse()
  ;({ store, desk } = house)
})

const get = (path: string) => house.get(path)
const post = (path: string, fields: Record<string, string>) => house.post(path, fields)

const PATHS = [
  '/',
  FRONT,
  `${FRONT}/deploy`,
  `${FRONT}/deploy?ref=main&plan=yes`,
  `${FRONT}/history?at=2026-11-15T12:00`,
  `${FRONT}/hosts`,
  `${FRONT}/hosts/web01.us-east-1a`,
  '/rollouts/rollout-3',
  '/rollouts/rollout-6?phase=failed&page=1',
  '/rollouts/rollout-3/hosts/web05.us-east-1a',
  '/where?release=v1.4',
  '/locks',
  '/audit',
  '/tokens',
]

describe('every page', () => {
  const company = new MemoryStore(() => NOW)
  beforeAll(() => seedWorld(company))
  beforeEach(() => {
    house = new PagesHouse(company)
    ;({ store, desk } = house)
  })

  it.each(PATHS)('%s is there, whole, and has no script or style of its own', async (path) => {
    const { status, text } = await get(path)
    expect(status).toBe(200)
    expect(text).toMatch(/^<!doctype html><html lang="en"><head>.*<\/body><\/html>/s)
    expect(text).not.toMatch(/\son\w+=|\sstyle=|javascript:/)
    expect(text.match(/<script(?! type="(importmap|module)")/g)).toBeNull()
  })

  it.each(PATHS)('%s tells a stranger nothing but where to sign in', async (path) => {
    house.who = { kind: 'nobody' }
    const { status, text } = await get(path)
    expect(status).toBe(401)
    expect(text).toContain('Sign in with GitHub')
    expect(text.replaceAll(/(value|href)="[^"]*"/g, '')).not.toMatch(/v1\.4|us-east|checkout/)
  })

  it('finds a release by its whole name, however short', async () => {
    house = new PagesHouse()
    await seed(house.store, { ...simple, release: 'r1' })
    expect((await get('/where?release=r1')).text).toContain('runs on')
    expect((await get('/where?release=r')).text).toContain('four characters')
  })

  it('is not for tokens, whose scopes it does not know', async () => {
    house.who = { kind: 'known', by: 'token', person: ADA, scopes: [{ may: 'look' }] }
    expect((await get('/')).status).toBe(403)
  })

  it('of what may not be seen is like one of what does not exist', async () => {
    await seed(store, { ...simple, application: 'undercover', id: 'secret-1' })
    const [hidden, absent] = [await get('/rollouts/secret-1'), await get('/rollouts/secret-2')]
    expect(hidden.status).toBe(404)
    expect(hidden.text.replaceAll('secret-1', 'secret-2')).toBe(absent.text)
    expect((await get('/environments/undercover/production')).status).toBe(404)
    expect((await get('/environments/storefront/nowhere')).status).toBe(404)
    expect((await post('/environments/undercover/production/act', { verb: 'halt', intent: 'intent-000' })).status).toBe(
      404,
    )
    expect(desk.asked).toEqual([])
    for (const path of ['/', '/audit', '/locks', '/where?release=v1.0'])
      expect((await get(path)).text).not.toContain('undercover')
  })

  it('says that rights cannot be asked for, and shows nothing', async () => {
    desk.mayLook = () => Promise.reject(new Error('fetch failed'))
    const { status, text } = await get('/rollouts/rollout-3')
    expect(status).toBe(503)
    expect(text).toContain('GitHub or the database does not answer')
    expect(text).not.toContain('v1.4')
    expect(house.faults.map(({ message }) => message)).toEqual([expect.stringContaining('fetch failed')])
  })

  it('shows no button to whoever may only look', async () => {
    house.who = { kind: 'known', by: 'session', person: { ...ADA, id: 'onlooker' } }
    for (const path of [FRONT, '/rollouts/rollout-3', '/locks', '/rollouts/rollout-3/hosts/web05.us-east-1a'])
      expect((await get(path)).text).not.toContain('/act"')
  })
})

const simple: MadeUp = {
  ...{ id: 'r1', application: 'shop', environment: 'production', release: 'v1.0', zones: { a: 2 }, by: ADA, at: NOW },
  cursor: { phase: 'halted' },
  hostOf: () => ({ phase: 'succeeded', attempt: 1, installed: 'v1.0' }),
}

describe('text of others', () => {
  it('stays text, wherever it comes from', async () => {
    await seed(store, {
      ...{ ...simple, environment: EVIL, reason: EVIL, by: { ...ADA, name: EVIL }, zones: { [EVIL]: 2 } },
      hostOf: () => ({ phase: 'failed', attempt: 1, step: 'start', signature: EVIL, startedAt: NOW, finishedAt: NOW }),
      logs: () => ({ head: EVIL, tail: EVIL, cutBytes: 1 }),
    })
    await store.changeLock(
      { application: 'shop', environment: EVIL },
      { by: { ...ADA, name: EVIL }, verb: 'lock', reason: EVIL },
    )
    const at = `/environments/shop/${encodeURIComponent(EVIL)}`
    const host = encodeURIComponent(`web01.${EVIL}`)
    for (const path of [
      '/',
      at,
      `${at}/hosts`,
      `${at}/hosts/${host}`,
      `${at}/history`,
      `${at}/deploy?plan=yes&ref=${encodeURIComponent(EVIL)}`,
      '/rollouts/r1',
      `/rollouts/r1/hosts/${host}`,
      `/rollouts/r1?q=${encodeURIComponent(EVIL)}`,
      '/locks',
      '/audit',
      `/where?release=${encodeURIComponent(EVIL)}`,
    ]) {
      const { status, text } = await get(path)
      expect(status, path).toBe(200)
      expect(text, path).not.toMatch(/<script>|<img|\u202e/)
      expect(text, path).toContain('script&#62;')
    }
  })
})

describe('a form', () => {
  beforeEach(() => seed(store, { ...simple, application: 'storefront' }))

  const act = (fields: Record<string, string>) =>
    post('/environments/storefront/production/act', { intent: 'intent-007', ...fields })

  it.each([
    [
      { verb: 'halt', rollout: 'r1' },
      { verb: 'halt', rollout: 'r1' },
    ],
    [
      { verb: 'rollback', to: '', reason: 'it burns', rollout: 'r1' },
      { verb: 'rollback', reason: 'it burns', rollout: 'r1' },
    ],
    [
      { verb: 'rollback', to: 'v1', reason: '' },
      { verb: 'rollback', to: 'v1' },
    ],
    [
      { verb: 'skip', host: 'web1', rollout: 'r1' },
      { verb: 'skip', host: 'web1', rollout: 'r1' },
    ],
    [
      { verb: 'lock', reason: 'x', forMs: '3600000' },
      { verb: 'lock', reason: 'x', forMs: 3_600_000 },
    ],
    [
      { verb: 'unlock', steal: 'yes' },
      { verb: 'unlock', steal: true },
    ],
    [
      { verb: 'deploy', ref: 'main', reason: '', all: '', backwards: 'yes', approvedDigest: 'd' },
      { verb: 'deploy', ref: 'main', all: false, backwards: true, approvedDigest: 'd' },
    ],
  ])('%o asks for %o, in the name of whoever sent it', async (fields, wanted) => {
    expect((await act(fields)).status).toBe(303)
    expect(desk.asked).toEqual([
      {
        asker: { person: ADA, intent: 'web-github-42-intent-007', at: NOW },
        act: { ...wanted, target: { application: 'storefront', environment: 'production' } },
      },
    ])
  })

  it.each([
    { verb: 'explode' },
    { verb: 'skip' },
    { verb: 'halt', intent: '' },
    { verb: 'deploy', ref: 'x'.repeat(300) },
  ])('%o is not understood', async (fields) => {
    expect((await act(fields)).status).toBe(400)
    expect(desk.asked).toEqual([])
  })

  it('that goes on says from where it was seen', async () => {
    await seed(store, { ...simple, application: 'billing', id: 'halted-1', cursor: { phase: 'halted' } })
    const { text } = await get('/rollouts/halted-1')
    const [, mark = ''] = /value="resume".*?name="mark" value="([^"]+)"/s.exec(text) ?? []
    expect(mark).toMatch(/^\d+\.\d+\.\d+$/)
    await post('/environments/billing/production/act', {
      verb: 'resume',
      mark,
      rollout: 'halted-1',
      intent: 'intent-1-resume',
    })
    expect(desk.asked.at(-1)?.act).toMatchObject({ verb: 'resume', rollout: 'halted-1', mark })
  })

  it('leads to what it began, or says why not', async () => {
    desk.answer = { kind: 'begun', rollout: 'r9' }
    expect((await act({ verb: 'rollback' })).headers.get('location')).toBe('/rollouts/r9')
    desk.answer = refused('lock-held')
    const no = await act({ verb: 'rollback' })
    expect([no.status, await no.text()]).toEqual([409, expect.stringContaining('houston status')])
  })

  it('that is larger than any of ours is not read', async () => {
    expect((await act({ verb: 'halt', rollout: 'x'.repeat(20_000) })).status).toBe(413)
  })

  it.each([
    ['/audit', '/audit'],
    ['//evil.dev', '/'],
    ['https://evil.dev', '/'],
    ['/\\evil.dev', '/'],
  ])('of colours comes back to %s as %s', async (from, to) => {
    const answer = await post('/theme', { theme: 'dark', from })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, to])
    expect(answer.headers.get('set-cookie')).toMatch(/^theme=dark; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/)
  })
})

describe('tokens', () => {
  it('are made for their person alone, narrowed, shown once, and revoked', async () => {
    await seed(store, simple)
    const wish = { name: 'ci', may: 'act', of: 'shop production', days: '30' }
    const made = await (await post('/tokens', wish)).text()
    const [secret = ''] = /hst_[\w-]{43}/.exec(made) ?? []
    expect(secret).not.toBe('')
    const [token] = await house.identity.tokens(ADA.id)
    expect(token?.scopes).toEqual([{ may: 'act', application: 'shop', environment: 'production' }])
    expect(token?.expiresAt).toBe(NOW + 30 * 86_400_000)
    expect((await get('/tokens')).text).not.toContain(secret)
    await post(`/tokens/${token?.id}/revoke`, {})
    expect(await house.identity.tokens(ADA.id)).toEqual([])
  })

  it.each([
    { name: '', may: 'look', of: '', days: '1' },
    { name: 'x', may: 'own', of: '', days: '1' },
    { name: 'x', may: 'look', of: 'undercover production', days: '1' },
    { name: 'x', may: 'look', of: '', days: '9999' },
  ])('%o is none', async (wish) => {
    expect((await post('/tokens', wish)).status).toBe(400)
    expect(await house.identity.tokens(ADA.id)).toEqual([])
  })

  it('are not for whoever works without sign-in', async () => {
    house.who = { kind: 'known', by: 'alone', person: ADA }
    expect(await (await post('/tokens', { name: 'x', may: 'look', of: '', days: '1' })).text()).not.toContain('hst_')
  })
})

describe('scripts', () => {
  it('are served only under their own paths', async () => {
    expect((await house.request(assets.script)).headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    for (const path of ['/assets/x', `${assets.style}/../../../package.json`, '/assets/..%2f..%2fpackage.json'])
      expect((await house.request(path)).status).toBe(404)
  })
})
