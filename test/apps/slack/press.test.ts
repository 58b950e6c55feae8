// The buttons under a rollout's message, the form, the Home tab: rights at the click, only what was seen, one plan for one submission.

import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { render } from '../../../src/adapters/slack/render.ts'
import type { View } from '../../../src/apps/slack/door/arrivals.ts'
import { Unwelcome } from '../../../src/apps/slack/door/speak.ts'
import { filledIn } from '../../../src/apps/slack/form.ts'
import { projectMessage } from '../../../src/core/project-message.ts'
import { CONFIG, Town } from '../../support/github-town.ts'
import { hostileText } from '../../support/hostile-text.ts'
import { CHANNEL, PEOPLE, TEAM, Visit } from '../../support/slack-visit.ts'

let town: Town
let visit: Visit
beforeEach(async () => {
  town = new Town(CONFIG.replace('production: { ', 'production: { confirm: true, '))
  visit = new Visit(town)
  await town.engine.start()
})
afterEach(async () => {
  await town.engine.stop()
  town.close()
})

const newest = async () => (await town.store.rollouts({ limit: 1 }))[0]?.id ?? ''
const button = (verb: string) => `houston.rollout.${verb}`
/** Of the button in the message as it is now. */
async function seenValue(verb: string): Promise<string> {
  const record = await town.store.rollout(await newest())
  if (!record) throw new Error('there is no rollout')
  const view = { ...record, hosts: await town.store.hosts(record.id), earlier: [] }
  const [message] = projectMessage(view, { channels: [{ team: TEAM, channel: CHANNEL }] })
  const blocks = message ? render(message.content, 'new').blocks : []
  const buttons = blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []))
  const found = buttons.find((each) => each.action_id === button(verb))
  if (found?.type !== 'button') throw new Error(`there is no button ${verb}`)
  return found.value ?? ''
}

describe('a button under the message', () => {
  it('Halt and Resume: it is the rollout that answers, nobody is told twice', async () => {
    town.remote.behave = () => 'hang'
    await visit.type('/deploy staging')
    const rollout = await newest()
    const before = visit.told.length
    await visit.press(button('halt'), rollout)
    expect(await town.audit()).toContain('github ada halt staging: accepted')
    expect(visit.told).toHaveLength(before)
  })

  it('Roll back goes back from the rollout that was seen, and tells where it was asked', async () => {
    for (const tag of ['v1', 'v2']) {
      town.repository.tags.set(tag, town.commit().sha)
      await visit.type(`/deploy staging ${tag}`)
      await town.engine.idle()
    }
    const seen = await newest()
    await visit.press(button('rollback'), seen)
    await town.engine.idle()
    expect((await town.rollouts('staging'))[0]).toBe('rollback v1: succeeded')
    const [latest] = await town.store.rollouts({ limit: 1 })
    expect(latest?.origin?.chat).toEqual({ team: TEAM, channel: CHANNEL })
    await visit.press(button('rollback'), seen)
    expect(visit.last).toContain('This rollout is not the newest of staging.')
  })

  it('while GitHub is away, Roll back and /rollback work for whoever just had the right', async () => {
    for (const tag of ['v1', 'v2']) {
      town.repository.tags.set(tag, town.commit().sha)
      await visit.type(`/deploy staging ${tag}`)
      await town.engine.idle()
    }
    town.trouble = () => [503, {}]
    await visit.press(button('rollback'), await newest())
    await town.engine.idle()
    expect((await town.rollouts('staging'))[0]).toBe('rollback v1: succeeded')
    await visit.type('/rollback staging to v2')
    await town.engine.idle()
    expect((await town.rollouts('staging'))[0]).toBe('rollback v2: succeeded')
    await visit.press(button('rollback'), await newest(), 'eve')
    expect(visit.last).toContain('GitHub does not answer')
  })

  it.each(['halt', 'continue', 'retry', 'rollback', 'resume', 'abort'])(
    '%s by somebody without the right',
    async (verb) => {
      await visit.type('/deploy staging')
      await town.engine.idle()
      const rollout = await newest()
      for (const [who, answer] of [
        ['eve', 'You may not do this on staging.'],
        ['stranger', 'You may look, and not act'],
      ] as const) {
        await visit.press(button(verb), rollout, who)
        expect(visit.last).toContain(answer)
        expect(visit.told.at(-1)).toMatchObject({ way: 'answer', to: `${CHANNEL} ${PEOPLE[who]}` })
      }
      expect(await town.rollouts('staging')).toHaveLength(1)
    },
  )

  it('a right that was taken away since counts', async () => {
    await visit.type('/deploy staging')
    await town.engine.idle()
    town.repository.roles.set(town.ada.id, 'read')
    await visit.press(button('rollback'), await newest())
    expect(visit.last).toContain('You may not do this on staging.')
  })

  it.each([
    ['continue', () => {}],
    ['resume', () => visit.type('/deploy halt staged')],
  ] as const)('%s goes on from where it was seen, and not from where it stands by then', async (verb, stop) => {
    const zones = 'zones: { a: [web1], b: [web2], c: [web3] }'
    const staged = `  staged: { ${zones}, rollout: { order: zone-by-zone, between_zones: wait } }\n`
    town.commit({ files: { '.github/houston.yml': `${CONFIG}${staged}` } })
    await visit.type('/deploy staged')
    await town.engine.idle()
    await stop()
    const seen = await seenValue(verb)
    await visit.press(button(verb), seen, 'ada')
    await town.engine.idle()
    if (verb === 'resume') {
      await visit.press(button('continue'), await seenValue('continue'))
      await town.engine.idle()
    }
    await stop()
    const stands = await seenValue(verb)
    await visit.press(button(verb), seen)
    expect(visit.last).toContain('has moved on since you looked')
    expect((await town.audit()).at(-1)).toBe(`github ada ${verb} staged: moved-on`)
    expect(await seenValue(verb)).toBe(stands)
    await visit.press(button(verb), stands)
    expect((await town.audit()).at(-1)).toBe(`github ada ${verb} staged: accepted`)
  })

  it('one that was carried out is not refused because of what it did, however late its answer is', async () => {
    town.remote.behave = ({ attempt }) => (attempt === 1 ? 'fail' : 'ok')
    await visit.type('/deploy staging')
    await town.engine.idle()
    const seen = await seenValue('retry')
    for (const _ of [1, 2]) {
      await visit.press(button('retry'), seen, 'ada', { intent: 'one' })
      await town.engine.idle()
    }
    expect(visit.last).not.toContain('has moved on')
  })

  it.each([
    [button('halt'), 'no-such-rollout', 'not known here any more'],
    [button('halt'), '', 'not known here any more'],
  ])('%s of %s', async (action, value, answer) => {
    await visit.press(action, value)
    expect(visit.last).toContain(answer)
  })

  it('what is nobody’s button does nothing', async () => {
    for (const action of ['houston.rollout.constructor', 'x', 'houston.deploy.confirm'])
      await visit.press(action, '{"target":{}}')
    expect(visit.told).toEqual([])
  })
})

describe('the form', () => {
  const view = (values: Record<string, string>, metadata: object = { channel: CHANNEL }): View => {
    const { place, ref, reason } = values
    return {
      ...{ id: 'V1', hash: '', callbackId: 'houston.form', metadata: JSON.stringify(metadata) },
      values: {
        ...(place !== undefined && { place: { 'houston.form.place': { option: place } } }),
        ...(ref !== undefined && { ref: { 'houston.form.ref': { option: ref } } }),
        ...(reason !== undefined && { reason: { 'houston.form.reason': { text: reason } } }),
      },
    }
  }
  const metadataOf = (shown: unknown) => JSON.parse((shown as { private_metadata: string }).private_metadata)

  it('opens for /deploy alone, and knows where', async () => {
    await visit.type('/deploy')
    expect(metadataOf(visit.views[0])).toEqual({ channel: CHANNEL, responseUrl: 'https://slack/response' })
    expect(visit.told).toEqual([])
  })

  it('that cannot be opened any more is answered with what to type instead', async () => {
    visit.noViews = new Unwelcome('expired_trigger_id')
    await expect(visit.type('/deploy')).rejects.toThrow('expired_trigger_id')
    expect(visit.last).toContain('/deploy <environment>')
    const pressed = visit.press('houston.home.deploy', 'deploy', 'ada', { view: view({}), message: undefined as never })
    await expect(pressed).rejects.toThrow('expired_trigger_id')
    expect(visit.told.at(-1)).toMatchObject({ way: 'post', to: PEOPLE.ada })
  })

  it('offers environments and refs as they are typed', async () => {
    const texts = async (...of: Parameters<Visit['options']>) => (await visit.options(...of)).map(({ value }) => value)
    expect(await texts('houston.form.place', '', { view: view({}) })).toEqual(['shop/staging', 'shop/production'])
    expect(await texts('houston.form.place', 'prod', { view: view({}) })).toEqual(['shop/production'])
    expect(await texts('houston.form.place', 'prod', { view: view({}), who: 'stranger' })).toEqual(['shop/production'])
    town.commit({ branch: 'feature/one' })
    const chosen = view({ place: 'shop/staging' })
    expect(await texts('houston.form.ref', 'feat', { view: chosen })).toEqual(['feature/one'])
    expect(await texts('houston.form.ref', '3f2c1a9', { view: chosen })).toEqual(['3f2c1a9'])
    expect(await texts('houston.form.ref', 'feat', { view: chosen, who: 'stranger' })).toEqual([])
    expect(await texts('houston.form.ref', 'feat', { view: view({}) })).toEqual([])
    expect(await texts('of others', 'x')).toEqual([])
  })

  it('shows the plan of what is chosen, and what is submitted is what was shown', async () => {
    const values = { place: 'shop/production', reason: 'the sale' }
    await visit.press('houston.form.place', 'shop/production', 'ada', { view: view(values) })
    const shown = visit.views.at(-1)
    expect(JSON.stringify(shown)).toContain('shop production: all 1 host')
    expect(await visit.submit(view(values, metadataOf(shown)))).toBeUndefined()
    await town.engine.idle()
    expect(await town.rollouts('production')).toHaveLength(1)
    expect((await town.store.rollouts({ limit: 1 }))[0]).toMatchObject({ reason: 'the sale' })
  })

  it('a plan that changed since it was shown is not carried out', async () => {
    const values = { place: 'shop/production' }
    await visit.press('houston.form.place', 'shop/production', 'ada', { view: view(values) })
    town.commit()
    await visit.submit(view(values, metadataOf(visit.views.at(-1))))
    expect(visit.last).toContain('The plan is not the one that was confirmed')
    expect(await town.rollouts('production')).toEqual([])
  })

  it('the plan of something else is no plan of this: it is asked first', async () => {
    await visit.press('houston.form.place', '', 'ada', { view: view({ place: 'shop/production' }) })
    await visit.submit(view({ place: 'shop/staging' }, metadataOf(visit.views.at(-1))))
    expect(visit.last).toContain('Deploy to staging?')
    expect(await town.rollouts('staging')).toEqual([])
    await visit.pressTold('Deploy')
    expect(await town.rollouts('staging')).toHaveLength(1)
  })

  it('from the Home tab the answer comes in private, and no channel is told of it', async () => {
    await visit.submit(view({ place: 'shop/staging' }, {}))
    await visit.pressTold('Deploy')
    expect(visit.told.map(({ way, to }) => `${way} ${to}`)[0]).toBe(`post ${PEOPLE.ada}`)
    const values = { place: 'shop/production' }
    await visit.press('houston.form.place', '', 'ada', { view: view(values, {}), message: undefined as never })
    await visit.submit(view(values, metadataOf(visit.views.at(-1))))
    const [latest] = await town.store.rollouts({ environment: 'production', application: 'shop', limit: 1 })
    expect(latest?.origin?.chat).toBeUndefined()
  })

  it('without an environment it stays open and says so', async () => {
    expect(await visit.submit(view({}))).toMatchObject({ response_action: 'errors', errors: { place: /Choose/ } })
  })

  it('a stranger sees how to become known instead of a plan', async () => {
    await visit.press('houston.form.place', '', 'stranger', { view: view({ place: 'shop/production' }) })
    expect(JSON.stringify(visit.views.at(-1))).toContain('sign in with GitHub')
  })

  it('metadata that is none of ours is none', async () => {
    for (const metadata of ['', '{', '[]', '{"seen":{"digest":1}}'])
      await visit.submit({ ...view({ place: 'shop/staging' }), metadata })
    expect(await town.rollouts('staging')).toEqual([])
  })

  it.each(['shop', '/', 'shop/', ''])('%j names no environment', (place) => {
    expect(filledIn(view({ place }))).toBeUndefined()
  })
})

describe('hostile text', () => {
  it('of whoever types, locks and gives reasons comes alive nowhere', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const quoted = `"${text.replaceAll(/["“”„\n\r]/g, ' ')}"`
        for (const line of [`/deploy ${text}`, `/deploy lock prod --reason ${quoted}`, `/deploy prod ${quoted}`])
          await visit.type(line.replaceAll('\n', ' '))
        await visit.mention(`<@U0BOT> ${text}`)
        await visit.home()
        for (const { said } of visit.told.splice(0)) expect(aliveIn(said)).toEqual([])
        for (const view of visit.views.splice(0)) expect(aliveIn(view)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})

/** Markup in which Slack would find something that is not ours: outside code, only bold and our own links. */
function aliveIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(aliveIn)
  if (typeof value !== 'object' || value === null) return []
  const { type, text } = value as { type?: unknown; text?: unknown }
  if (type === 'mrkdwn' && typeof text === 'string') {
    const bare = text.replace(/`[^`\n]*`/g, '').replace(/<https:\/\/houston\.acme\.dev\/[^<>|]*\|[^<>]*>/g, '')
    return /[<>@]|https?:|#[A-Z0-9]/.test(bare) ? [text] : []
  }
  const top = typeof text === 'string' && type === undefined && /<[@!#h]/.test(text) ? [text] : []
  return [...top, ...Object.values(value).flatMap(aliveIn)]
}
