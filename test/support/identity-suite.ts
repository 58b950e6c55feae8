// What every `IdentityStore` must do, in memory and in a database. Time is never waited for: what must be old is kept for no time.

import { expect, it } from 'vitest'
import type { IdentityStore, SlackAccount } from '../../src/engine/ports-identity.ts'

const HOUR_MS = 60 * 60 * 1_000
const ENDLESS = { idleMs: HOUR_MS, longestMs: HOUR_MS }
const ada = { id: '42', login: 'ada' }
const bob = { id: '43', login: 'bob' }
const inSlack: SlackAccount = { team: 'T1', user: 'U1', name: 'ada l' }

/** `open` answers one identity store as two processes see it, which may be the same; nothing is in it. */
export function identitySuite(open: () => Promise<readonly [IdentityStore, IdentityStore]>): void {
  signInSuite(open)
  sessionSuite(open)
  tokenSuite(open)
  terminalSuite(open)
  linkSuite(open)
}

type Open = Parameters<typeof identitySuite>[0]

function signInSuite(open: Open): void {
  const signIn = { hash: 'h1', verifier: 'v'.repeat(43), returnTo: '/rollouts?at=1' }

  it('a sign-in comes back once, however many ask at once', async () => {
    const both = await open()
    await both[0].keepSignIn({ ...signIn, forMs: HOUR_MS })
    const taken = await Promise.all(Array.from({ length: 10 }, (_, index) => both[index % 2 ? 1 : 0].takeSignIn('h1')))
    expect(taken.filter((one) => one !== undefined)).toEqual([{ verifier: signIn.verifier, returnTo: signIn.returnTo }])
  })

  it('a sign-in that is unknown or too old does not come back', async () => {
    const [store] = await open()
    await store.keepSignIn({ ...signIn, forMs: 0 })
    expect(await store.takeSignIn('h1')).toBeUndefined()
    expect(await store.takeSignIn('h2')).toBeUndefined()
  })
}

function sessionSuite(open: Open): void {
  it('a session is its account until it is ended', async () => {
    const [store, other] = await open()
    await store.openSession({ id: 's1', hash: 'h1', account: ada })
    expect(await other.session('h1', ENDLESS)).toMatchObject({ id: 's1', account: ada })
    expect(await other.session('s1', ENDLESS)).toBeUndefined()
    await other.endSession('h1')
    expect(await store.session('h1', ENDLESS)).toBeUndefined()
  })

  it.each([
    ['idle for too long', { idleMs: 0, longestMs: HOUR_MS }],
    ['too old', { idleMs: HOUR_MS, longestMs: 0 }],
  ])('a session that is %s is none', async (_, limits) => {
    const [store] = await open()
    await store.openSession({ id: 's1', hash: 'h1', account: ada })
    expect(await store.session('h1', limits)).toBeUndefined()
  })

  it("ending one person's sessions leaves those of others", async () => {
    const [store] = await open()
    await store.openSession({ id: 's1', hash: 'h1', account: ada })
    await store.openSession({ id: 's2', hash: 'h2', account: ada })
    await store.openSession({ id: 's3', hash: 'h3', account: bob })
    await store.endSessions(ada.id)
    const left = await Promise.all(['h1', 'h2', 'h3'].map((hash) => store.session(hash, ENDLESS)))
    expect(left.map((session) => session?.id)).toEqual([undefined, undefined, 's3'])
  })
}

function tokenSuite(open: Open): void {
  const scopes = [{ may: 'act', application: 'shop', environment: 'staging' }, { may: 'look' }] as const
  const token = { id: 't1', hash: 'h1', name: 'laptop', owner: ada, scopes }

  it('a token is found by its digest alone, with its scopes, and its use is noted', async () => {
    const [store, other] = await open()
    const made = await store.createToken({ ...token, forMs: HOUR_MS })
    expect(made).toMatchObject({ id: 't1', name: 'laptop', owner: ada, scopes })
    expect(made.expiresAt).toBe(made.createdAt + HOUR_MS)
    expect(made.usedAt).toBeUndefined()
    expect(await other.useToken('t1')).toBeUndefined()
    expect(await other.useToken('h1')).toMatchObject({ id: 't1', owner: ada, scopes })
    const [listed] = await store.tokens(ada.id)
    expect(listed?.usedAt).toBeGreaterThanOrEqual(made.createdAt)
  })

  it('a token without a time stays; one past its time is none and is not listed', async () => {
    const [store] = await open()
    await store.createToken(token)
    await store.createToken({ ...token, id: 't2', hash: 'h2', forMs: 0 })
    expect(await store.useToken('h1')).not.toHaveProperty('expiresAt')
    expect(await store.useToken('h2')).toBeUndefined()
    expect((await store.tokens(ada.id)).map(({ id }) => id)).toEqual(['t1'])
  })

  it('only its owner revokes a token, once, and then it is none', async () => {
    const [store] = await open()
    await store.createToken(token)
    expect(await store.tokens(bob.id)).toEqual([])
    expect(await store.revokeToken(bob.id, 't1')).toBe(false)
    expect(await store.useToken('h1')).toBeDefined()
    expect(await store.revokeToken(ada.id, 't1')).toBe(true)
    expect(await store.revokeToken(ada.id, 't1')).toBe(false)
    expect(await store.useToken('h1')).toBeUndefined()
  })

  it('a name that a database cannot hold as it is does no harm', async () => {
    const [store] = await open()
    await store.createToken({ ...token, name: 'a\'"\\ \u202e' })
    expect((await store.tokens(ada.id))[0]?.name).toBe('a\'"\\ \u202e')
  })
}

function terminalSuite(open: Open): void {
  const about = { machine: '<b>laptop</b> \u202e', address: '192.0.2.7', scopes: [{ may: 'act' }] } as const
  const ask = { ...about, deviceHash: 'd1', userHash: 'u1', forMs: HOUR_MS, everyMs: 0 }

  it('a terminal that was allowed hears it once, however many ask at once, and by whom', async () => {
    const both = await open()
    expect(await both[0].askForTerminal(ask)).toBe(true)
    expect(await both[1].pollTerminal('d1')).toEqual({ kind: 'pending' })
    expect(await both[1].terminalAsk('u1')).toMatchObject({ ...about, askedAt: expect.any(Number) })
    expect(await both[1].answerTerminal('u1', ada)).toMatchObject(about)
    const heard = await Promise.all(
      Array.from({ length: 10 }, (_, index) => both[index % 2 ? 1 : 0].pollTerminal('d1')),
    )
    const allowed = heard.filter(({ kind }) => kind === 'allowed')
    expect(allowed).toMatchObject([{ by: ada, ask: about }])
    expect(heard.filter(({ kind }) => kind === 'unknown')).toHaveLength(9)
  })

  it('an ask is answered once: who comes second changes nothing', async () => {
    const both = await open()
    await both[0].askForTerminal(ask)
    const answers = [ada, bob, 'denied', ada, bob, 'denied'] as const
    const took = await Promise.all(answers.map((answer, index) => both[index % 2 ? 1 : 0].answerTerminal('u1', answer)))
    const winner = answers[took.findIndex((each) => each !== undefined)]
    expect(took.filter((each) => each !== undefined)).toHaveLength(1)
    expect(await both[0].terminalAsk('u1')).toBeUndefined()
    const heard = await both[1].pollTerminal('d1')
    expect(heard).toMatchObject(winner === 'denied' ? { kind: 'denied' } : { kind: 'allowed', by: winner })
    expect(await both[0].pollTerminal('d1')).toEqual({ kind: 'unknown' })
  })

  it('an ask that is too old is answered by nobody, and its terminal hears that it is over', async () => {
    const [store] = await open()
    await store.askForTerminal({ ...ask, forMs: 0 })
    expect(await store.terminalAsk('u1')).toBeUndefined()
    expect(await store.answerTerminal('u1', ada)).toBeUndefined()
    expect(await store.pollTerminal('d1')).toEqual({ kind: 'over' })
  })

  it('an ask that was over long ago is swept when another terminal asks', async () => {
    const [store] = await open()
    await store.askForTerminal({ ...ask, forMs: -HOUR_MS })
    await store.askForTerminal({ ...ask, deviceHash: 'd2', userHash: 'u2' })
    expect(await store.pollTerminal('d1')).toEqual({ kind: 'unknown' })
    expect(await store.pollTerminal('d2')).toEqual({ kind: 'pending' })
  })

  it('a terminal that polls too often is told so each time', async () => {
    const [store] = await open()
    await store.askForTerminal({ ...ask, everyMs: HOUR_MS })
    expect(await store.pollTerminal('d1')).toEqual({ kind: 'pending' })
    expect(await store.pollTerminal('d1')).toEqual({ kind: 'too-soon' })
    await store.answerTerminal('u1', ada)
    expect(await store.pollTerminal('d1')).toMatchObject({ kind: 'allowed' })
  })

  it('a user code stands for one terminal, and neither code for the other', async () => {
    const [store] = await open()
    expect(await store.askForTerminal(ask)).toBe(true)
    expect(await store.askForTerminal({ ...ask, deviceHash: 'd2', machine: 'another' })).toBe(false)
    expect(await store.terminalAsk('u1')).toMatchObject({ machine: about.machine })
    expect(await store.terminalAsk('d1')).toBeUndefined()
    expect(await store.pollTerminal('u1')).toEqual({ kind: 'unknown' })
    expect(await store.pollTerminal('d2')).toEqual({ kind: 'unknown' })
  })

  it('a token is ended by what proves it', async () => {
    const [store, other] = await open()
    await store.createToken({ id: 't1', hash: 'h1', name: 'laptop', owner: ada, scopes: [{ may: 'act' }] })
    await other.endToken('t1')
    expect(await store.useToken('h1')).toBeDefined()
    await other.endToken('h1')
    expect(await store.useToken('h1')).toBeUndefined()
  })
}

function linkSuite(open: Open): void {
  it('an offer can be seen, and is accepted once by one of many', async () => {
    const both = await open()
    await both[0].offerLink({ hash: 'h1', slack: inSlack, forMs: HOUR_MS })
    expect(await both[1].offeredLink('h1')).toEqual(inSlack)
    expect(await both[0].linkedTo(inSlack)).toBeUndefined()
    const accepted = await Promise.all(
      Array.from({ length: 10 }, (_, index) => both[index % 2 ? 1 : 0].acceptLink('h1', index === 0 ? ada : bob)),
    )
    const winner = accepted.findIndex((slack) => slack !== undefined)
    expect(accepted.filter((slack) => slack !== undefined)).toEqual([inSlack])
    expect(await both[0].linkedTo(inSlack)).toEqual(winner === 0 ? ada : bob)
    expect(await both[0].offeredLink('h1')).toBeUndefined()
  })

  it('an offer that is too old links nobody', async () => {
    const [store] = await open()
    await store.offerLink({ hash: 'h1', slack: inSlack, forMs: 0 })
    expect(await store.offeredLink('h1')).toBeUndefined()
    expect(await store.acceptLink('h1', ada)).toBeUndefined()
    expect(await store.linkedTo(inSlack)).toBeUndefined()
  })

  it('another workspace is another person, though the member has the same id', async () => {
    const [store] = await open()
    await store.offerLink({ hash: 'h1', slack: inSlack, forMs: HOUR_MS })
    await store.acceptLink('h1', ada)
    expect(await store.linkedTo({ team: 'T2', user: 'U1' })).toBeUndefined()
    expect(await store.linkedTo({ team: 'T1', user: 'U1' })).toEqual(ada)
  })

  it('a later link of the same person of Slack takes the place of the earlier one', async () => {
    const [store] = await open()
    for (const [hash, account] of [
      ['h1', ada],
      ['h2', bob],
    ] as const) {
      await store.offerLink({ hash, slack: inSlack, forMs: HOUR_MS })
      await store.acceptLink(hash, account)
    }
    expect(await store.linkedTo(inSlack)).toEqual(bob)
    expect(await store.links(ada.id)).toEqual([])
    expect(await store.links(bob.id)).toEqual([inSlack])
    expect(await store.unlink(inSlack)).toBe(true)
    expect(await store.unlink(inSlack)).toBe(false)
    expect(await store.linkedTo(inSlack)).toBeUndefined()
  })
}
