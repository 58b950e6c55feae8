// What the pages keep of the past, and what a form may ask for: records that are longer than a page, and values that no other door
// would take.

import { afterEach, beforeEach, expect, it } from 'vitest'
import type { MemoryStore } from '../../../src/adapters/memory/store.ts'
import { render } from '../../../src/web/pages/render.ts'
import { budgetStrips } from '../../../src/web/view/budget-strip.ts'
import { PagesHouse } from '../../support/pages-house.ts'
import type { FakeDesk } from '../../support/showcase/fake-desk.ts'
import { type MadeUp, seed } from '../../support/showcase/rollouts.ts'
import { ADA, NOW } from '../../support/showcase/world.ts'

const simple: MadeUp = {
  ...{ id: 'r1', application: 'shop', environment: 'production', release: 'v1.0', zones: { a: 2 }, by: ADA, at: NOW },
  cursor: { phase: 'halted' },
  hostOf: () => ({ phase: 'succeeded', attempt: 1, installed: 'v1.0' }),
}

let house: PagesHouse
let store: MemoryStore
let desk: FakeDesk
beforeEach(() => {
  house = new PagesHouse()
  ;({ store, desk } = house)
})
afterEach(() => expect(house.faults).toEqual([]))

const textOf = async (path: string) => (await house.get(path)).text
const post = (path: string, fields: Record<string, string>) => house.post(path, fields)

it('has the whole past, older pages by a link, and what others did hides nothing of it', async () => {
  const note = (application: string, host: string) =>
    store.note({
      person: ADA,
      verb: 'skip',
      application,
      environment: 'production',
      host,
      outcome: { kind: 'accepted' },
    })
  for (let n = 0; n < 101; n++) await note('shop', `mine-${n}-`)
  for (let n = 0; n < 300; n++) await note('undercover', 'theirs')
  const older = (text: string) => /href="([^"]+)" rel="next"/.exec(text)?.[1]?.replaceAll('&#38;', '&') ?? ''
  const first = await textOf('/audit')
  expect([first.match(/mine-/g)?.length, first.includes('theirs')]).toEqual([100, false])
  const second = await textOf(older(first))
  expect([second.match(/mine-/g), older(second)]).toEqual([['mine-'], ''])
  for (let n = 0; n < 101; n++) await seed(store, { ...simple, id: `rollout-${n}-`, at: NOW + n })
  const past = await textOf('/environments/shop/production/history')
  const before = await textOf(older(past))
  expect([past.match(/rollouts\/rollout-/g)?.length, before.match(/rollouts\/rollout-/g)?.length]).toEqual([100, 1])
})

it('offers no act that would be refused: on what came before the newest rollout, and on a host of what has ended', async () => {
  const failed: MadeUp = {
    ...simple,
    hostOf: () => ({ phase: 'failed', attempt: 1, step: 'start', signature: 'exit 1' }),
  }
  const offers = async (path: string) => (await textOf(path)).includes('/act"')
  await seed(store, { ...failed, cursor: { phase: 'failed' } })
  expect(await offers('/rollouts/r1')).toBe(true)
  await seed(store, { ...failed, id: 'r2', at: NOW + 1 })
  expect([await offers('/rollouts/r1'), await offers('/rollouts/r1/hosts/web01.a')]).toEqual([false, false])
  expect(await textOf('/rollouts/r1')).toContain('href="/rollouts/r2">what came after it')
  expect([await offers('/rollouts/r2'), await offers('/rollouts/r2/hosts/web01.a')]).toEqual([true, true])
})

it('hosts are found by a part of their name, by state and by zone', async () => {
  const hostOf: MadeUp['hostOf'] = (name) =>
    name.startsWith('web02') ? { phase: 'failed', attempt: 1, signature: 'exit 1' } : { phase: 'succeeded', attempt: 1 }
  await seed(store, { ...simple, zones: { a: 2, b: 2 }, hostOf })
  const found = async (query: string) =>
    [
      ...(await textOf(`/rollouts/r1?${query}`)).matchAll(/<tr id="r\d+"><th scope="row"><a href="[^"]+\/([^"/]+)"/g),
    ].map(([, name]) => name)
  expect(await found('')).toHaveLength(4)
  expect(await found('q=web02')).toEqual(['web02.a', 'web02.b'])
  expect(await found('phase=failed&zone=b')).toEqual(['web02.b'])
  expect(await found('q=none')).toEqual([])
})

it('a rollout says in one sentence how it stands, and what each button would do in numbers', async () => {
  const hostOf: MadeUp['hostOf'] = (name) => {
    if (name === 'web01.a') return { phase: 'succeeded', attempt: 1 }
    return name.endsWith('.a') ? { phase: 'failed', attempt: 1, signature: 'exit 1' } : { phase: 'queued', attempt: 1 }
  }
  await seed(store, { ...simple, zones: { a: 3, b: 2 }, hostOf })
  const text = await textOf('/rollouts/r1')
  expect(text).toContain('1 of 5 hosts done · 2 not well')
  expect(text).toContain('Runs 2 hosts that failed and 2 never begun. What is done (1) is not touched again.')
  expect(text).toContain('takes the hosts it touched (3) back')
  expect(text).toContain('Goes on with the 2 hosts not yet begun. The 2 failures so far are set aside')
  expect(text).toContain('v1.0 stays on 1 host, 2 are never begun')
})

it.each<[string, MadeUp['cursor'], 'failed' | 'succeeded', string]>([
  ['one failure', { phase: 'halted' }, 'failed', 'with the 1 host not yet begun. The failure so far is set aside'],
  ['no failure', { phase: 'halted' }, 'succeeded', 'with the 1 host not yet begun.<'],
  [
    'one that stands',
    { phase: 'halted' },
    'succeeded',
    '>Ends this rollout at once and takes the hosts it touched (1)',
  ],
  ['one that has ended', { phase: 'failed' }, 'failed', '>Takes the hosts it touched (1)'],
])('a button of %s says only what is so', async (_, cursor, first, says) => {
  const hostOf: MadeUp['hostOf'] = (name) => ({ phase: name === 'web01.a' ? first : 'queued', attempt: 1 })
  await seed(store, { ...simple, cursor, hostOf })
  expect(await textOf('/rollouts/r1')).toContain(says)
})

it('a moment is UTC, wherever the server stands', async () => {
  const zone = process.env.TZ
  process.env.TZ = 'America/New_York'
  try {
    await seed(store, simple)
    expect(await textOf('/environments/shop/production/history?at=2026-01-02T03:04')).toContain('2026-01-02 03:04 UTC')
  } finally {
    if (zone === undefined) delete process.env.TZ
    else process.env.TZ = zone
  }
})

it.each([
  [1, 'warn', 'halts at 2 of 4'],
  [2, 'bad', 'halts at 2 of 4'],
])('a budget with %i failed of one that tolerates one is %s', (failed, tone, words) => {
  const report = { fleetBudget: { failed, haltsAt: 2, of: 4 }, zones: [] }
  const drawn = render(budgetStrips(report))
  expect(drawn).toContain(`tone ${tone}`)
  expect(drawn).toContain(words)
})

it('what is confirmed is the plan that was shown, by its digest', async () => {
  await seed(store, simple)
  const digest = (await store.rollout('r1'))?.plan.digest ?? ''
  const shown = await textOf('/environments/shop/production/deploy?ref=v1&plan=yes')
  expect(shown).toContain(`name="approvedDigest" value="${digest}"`)
  await post('/environments/shop/production/act', {
    verb: 'deploy',
    ref: 'v1',
    approvedDigest: digest,
    intent: 'intent-000',
  })
  expect(desk.asked.map(({ act }) => act)).toMatchObject([{ verb: 'deploy', ref: 'v1', approvedDigest: digest }])
})

it('a deploy that is changed keeps what was said before', async () => {
  await seed(store, simple)
  const deploy = '/environments/shop/production/deploy'
  const shown = await textOf(`${deploy}?ref=v1&reason=now&all=yes&backwards=yes&plan=yes`)
  const back = /<a class="button" href="([^"]+)">Change/.exec(shown)?.[1]?.replaceAll('&#38;', '&') ?? ''
  const form = await textOf(back)
  expect(form.match(/name="(all|backwards)" value="yes" checked/g)).toHaveLength(2)
  expect([form.includes('value="v1"'), form.includes('value="now"')]).toEqual([true, true])
  expect(await textOf(deploy)).not.toContain('checked')
})

it.each(['9e15', '1e400', '0.5', '-1', 'soon', '2592000001'])(
  'a lock for %s ms is not asked for: its end could not be written, or never come',
  async (forMs) => {
    await seed(store, simple)
    const answer = await post('/environments/shop/production/act', { verb: 'lock', forMs, intent: 'intent-000' })
    expect(answer.status).toBe(400)
    expect(desk.asked).toEqual([])
  },
)
