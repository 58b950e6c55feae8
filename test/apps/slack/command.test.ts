// What people type in Slack: each word of the grammar does what it does at the other doors, for those who may, and is answered to the
// one who asked.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CONFIG, Town } from '../../support/github-town.ts'
import { CHANNEL, PEOPLE, TEAM, Visit } from '../../support/slack-visit.ts'

const ASKING = CONFIG.replace('production: { ', 'production: { confirm: true, ')

let town: Town
let visit: Visit
beforeEach(async () => {
  town = new Town(ASKING)
  visit = new Visit(town)
  await town.engine.start()
})
afterEach(async () => {
  await town.engine.stop()
  town.close()
})

describe('/deploy', () => {
  it('begins what needs no confirmation, tells the plan in short, and where it was asked', async () => {
    await visit.type('/deploy staging --reason "the sale"')
    expect(visit.last).toMatch(/Begun.*\n[\s\S]*shop staging: all 2 hosts/)
    const [latest] = await town.store.rollouts({ limit: 1 })
    expect(latest).toMatchObject({
      environment: 'staging',
      reason: 'the sale',
      requestedBy: { name: 'ada', door: 'slack' },
    })
    expect(latest?.origin?.chat).toEqual({ team: TEAM, channel: CHANNEL })
    expect(visit.told.map(({ way, to }) => `${way} ${to}`)).toEqual([`answer ${CHANNEL} ${PEOPLE.ada}`])
  })

  it('asks first where the environment wants that; Deploy carries out what was shown', async () => {
    await visit.type('/deploy prod')
    expect(visit.last).toContain('Deploy to production?')
    expect(await town.rollouts('production')).toEqual([])
    await visit.pressTold('Deploy')
    await town.engine.idle()
    expect(await town.rollouts('production')).toEqual([expect.stringMatching(/^deploy .*: succeeded$/)])
    expect(visit.told.at(-1)?.way).toBe('replace')
  })

  it('pressed twice at once, Deploy begins one rollout and says so twice', async () => {
    await visit.type('/deploy prod')
    await visit.pressTold('Deploy')
    await visit.pressTold('Deploy')
    expect(await town.rollouts('production')).toHaveLength(1)
    expect(visit.last).toContain('Begun')
  })

  it('is not carried out when something changed between the question and the answer', async () => {
    await visit.type('/deploy prod')
    town.commit()
    await visit.pressTold('Deploy')
    expect(visit.last).toContain('The plan is not the one that was confirmed')
    expect(await town.rollouts('production')).toEqual([])
    expect(await town.audit()).toEqual(['github ada deploy production: plan-changed'])
  })

  it('whoever presses Deploy needs the right at that moment', async () => {
    await visit.type('/deploy prod')
    town.repository.roles.set(town.ada.id, 'read')
    await visit.pressTold('Deploy')
    expect(visit.last).toContain('You may not do this on production.')
    expect(await town.rollouts('production')).toEqual([])
  })

  it('Cancel begins nothing', async () => {
    await visit.type('/deploy prod')
    await visit.pressTold('Cancel')
    expect(visit.last).toContain('nothing was begun')
    expect(await town.rollouts('production')).toEqual([])
  })

  it('--plan only shows', async () => {
    await visit.type('/deploy staging --plan')
    expect(visit.last).toContain('Plan for staging')
    expect(visit.last).toContain('in this order')
    expect(await town.rollouts('staging')).toEqual([])
  })

  it('handled twice, it begins one rollout', async () => {
    for (const _ of [1, 2]) await visit.type('/deploy staging', 'ada', 'slack:same')
    expect(await town.store.rollouts({ limit: 5 })).toHaveLength(1)
    expect(await town.audit()).toEqual(['github ada deploy staging: accepted'])
  })
})

describe('every other word', () => {
  it.each([
    ['/deploy help', 'Commands'],
    ['/deploy status', 'Nothing was rolled out to shop production yet.'],
    ['/deploy history prod', 'Nothing was rolled out there yet.'],
    ['/deploy where 3f2c1a9', 'No such release or commit'],
    ['/deploy lock prod --reason "the sale" --for 2h', 'production is locked'],
    ['/deploy unlock prod', 'Nobody holds a lock there'],
    ['/deploy halt prod', 'Nothing was rolled out to production yet.'],
    ['/deploy skip prod prod1', 'Nothing was rolled out to production yet.'],
    ['/rollback prod', 'Nothing was rolled out to production yet.'],
    ['/deploy approve prod', 'Nothing was rolled out to production yet.'],
    ['/deploy hlat prod', '"hlat"'],
    ['/deploy nowhere', '"nowhere"'],
    ['/rollback', 'production'],
    ['/deploy prod "open', 'A quote is opened'],
  ])('%s', async (line, answer) => {
    await visit.type(line)
    expect(visit.last).toContain(answer)
    expect(visit.told.map(({ way }) => way)).toEqual(['answer'])
  })

  it('what to type next is what can be typed in Slack', async () => {
    await visit.type('/rollback prod')
    expect(visit.last).toContain('next: /deploy production')
    await visit.type('/deploy halt prod')
    expect(visit.last).not.toContain('houston ')
  })

  it('halts and goes on with a rollout', async () => {
    town.remote.behave = () => 'hang'
    await visit.type('/deploy staging')
    await visit.type('/deploy halt staging')
    expect(visit.last).toContain('Done: halt of shop staging.')
    expect(await town.audit()).toContain('github ada halt staging: accepted')
  })

  it('where #1 looks for what the pull request brought', async () => {
    town.commit({ branch: 'feature' })
    const { number } = town.pull({ branch: 'feature' })
    await visit.type('/deploy staging feature')
    await town.engine.idle()
    await visit.type(`/deploy where #${number}`)
    expect(visit.last).toContain('runs on 2 hosts')
    await visit.type('/deploy where #77')
    expect(visit.last).toContain('No such release or commit')
  })

  it('names of commands are the operator’s choice', async () => {
    visit = new Visit(town, { commands: { deploy: '/ship', rollback: '/unship' } })
    await visit.type('/unship prod')
    expect(visit.last).toContain('next: /ship production')
    expect(await town.audit()).toEqual(['github ada rollback production: no-rollout'])
  })
})

it('a command that the settings do not name does nothing: /unship might mean the opposite', async () => {
  await visit.type('/unship staging')
  expect(visit.last).toContain('/unship is none of the commands that Houston is set up with: /deploy and /rollback.')
  expect(await town.store.rollouts({ limit: 1 })).toEqual([])
})

describe('@houston', () => {
  it.each([
    ['<@U0BOT> deploy staging', 'Begun'],
    ['<@U0BOT>: staging', 'Begun'],
    ['<@U0BOT|houston>  help', 'Commands'],
    ['<@U0BOT>', 'Commands'],
    ['<@U0BOT> skip staging <http://web1.acme.dev|web1.acme.dev>', 'Nothing was rolled out'],
    ['<@U0BOT> deploy prod &lt;x', '<x'],
  ])('%s', async (text, answer) => {
    await visit.mention(text)
    expect(visit.last).toContain(answer)
  })

  it.each([
    'we should tell <@U0BOT> deploy staging',
    '<@U0BOB> deploy staging <@U0BOT>',
    '<@U0BOB> deploy staging\ncc <@U0BOT>',
    '<@U0BOT> deploy staging <!channel>',
    'deploy staging',
  ])('is only spoken of: %s', async (text) => {
    await visit.mention(text)
    expect(visit.told).toEqual([])
    expect(await town.audit()).toEqual([])
  })

  it('in a thread, the rollout is told of there', async () => {
    await visit.mention('<@U0BOT> deploy staging', 'ada', '7.7')
    const [latest] = await town.store.rollouts({ limit: 1 })
    expect(latest?.origin?.chat).toEqual({ team: TEAM, channel: CHANNEL, thread: '7.7' })
  })
})

describe('who', () => {
  it.each([
    '/deploy staging',
    '/rollback prod',
    '/deploy halt prod',
    '/deploy lock prod',
    '/deploy unlock prod --steal',
  ])('a stranger may look and not act: %s', async (line) => {
    await visit.type('/deploy status', 'stranger')
    expect(visit.last).toContain('Nothing was rolled out to shop production yet.')
    await visit.type(line, 'stranger')
    expect(visit.last).toContain('You may look, and not act')
    expect(visit.last).toContain(`<https://houston.acme.dev/link/slack?offer=${PEOPLE.stranger}|sign in with GitHub>`)
    expect(await town.audit()).toEqual([expect.stringMatching(/^slack u0nobody .*: not-allowed$/)])
    expect(await town.store.rollouts({ limit: 1 })).toEqual([])
  })

  it('whom the operator wrote down has the rights of that account, and no more', async () => {
    await visit.type('/deploy staging', 'eve')
    expect(visit.last).toContain('You may not do this on staging.')
    town.repository.roles.set(town.eve.id, 'write')
    await visit.type('/deploy staging', 'eve')
    expect(await town.audit()).toEqual([
      'github eve deploy staging: not-allowed',
      'github eve deploy staging: accepted',
    ])
  })

  it('a member without a workspace is that of the only one', async () => {
    town.repository.roles.set(town.eve.id, 'write')
    const people = new Map([[PEOPLE.stranger, 'eve']])
    visit = new Visit(town, { people, workspaces: [{ team: 'T0OTHER', token: { variable: 'X' } }] })
    await visit.type('/deploy staging', 'stranger')
    expect(visit.last).toContain('You may look, and not act')
    visit = new Visit(town, { people })
    await visit.type('/deploy staging', 'stranger')
    expect(visit.last).toContain('Begun')
  })

  it.each([
    ['was given to nobody', []],
    ['is another workspace’s', [{ team: 'T0OTHER', channel: CHANNEL, application: 'shop' }]],
    ['has another application', [{ channel: CHANNEL, application: 'store' }]],
    ['has the application of another repository', [{ channel: CHANNEL, application: 'shop', repository: 'evil/shop' }]],
  ])('in a channel that %s a stranger sees nothing', async (_, channels) => {
    visit = new Visit(town, { channels })
    await visit.type('/deploy status prod', 'stranger')
    expect(visit.last).toContain('"prod"')
    await visit.type('/deploy status prod')
    expect(visit.last).toContain('Nothing was rolled out to shop production yet.')
  })

  it('a channel of one environment opens that one to strangers', async () => {
    visit = new Visit(town, { channels: [{ channel: CHANNEL, application: 'shop', environments: ['stag*'] }] })
    await visit.type('/deploy status prod', 'stranger')
    expect(visit.last).toContain('"prod"')
    await visit.type('/deploy status staging', 'stranger')
    expect(visit.last).toContain('Nothing was rolled out to shop staging yet.')
    town.repository.tags.set('v1', town.commit().sha)
    for (const environment of ['staging', 'prod']) await visit.type(`/deploy ${environment} v1`)
    await visit.pressTold('Deploy')
    await town.engine.idle()
    await visit.type('/deploy where v1', 'stranger')
    expect(visit.last).toContain('shop staging')
    expect(visit.last).not.toContain('production')
    await visit.type('/deploy where v1')
    expect(visit.last).toContain('shop production')
  })
})
