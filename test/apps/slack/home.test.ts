// The Home tab: who one is, what runs, what is locked, what did not end well; and no more than Slack takes.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { View } from '../../../src/apps/slack/door/arrivals.ts'
import { CONFIG, Town } from '../../support/github-town.ts'
import { PEOPLE, Visit } from '../../support/slack-visit.ts'

let town: Town
let visit: Visit
beforeEach(async () => {
  town = new Town(CONFIG)
  visit = new Visit(town)
  await town.engine.start()
})
afterEach(async () => {
  await town.engine.stop()
  town.close()
})

describe('the Home tab', () => {
  it('shows what runs, what is locked and what is rolled out, and who one is', async () => {
    await visit.type('/deploy staging')
    await town.engine.idle()
    await visit.type('/deploy lock prod --reason "the sale"')
    town.remote.behave = () => 'hang'
    town.commit()
    await visit.type('/deploy staging')
    const home = await visit.home()
    for (const words of ['`ada` of GitHub', '`staging`', '0 of 2 hosts done', 'locked by `ada`', 'the sale', 'Deploy…'])
      expect(home).toContain(words)
  })

  it('shows how the newest one ended when it did not end well: what runs there is not the last good release alone', async () => {
    await visit.type('/deploy staging')
    await town.engine.idle()
    town.remote.behave = ({ host }) => (host === 'web2' ? 'fail' : 'ok')
    town.commit()
    await visit.type('/deploy staging')
    await town.engine.idle()
    expect(await visit.home()).toMatch(/1 of 2 hosts done/)
  })

  it('shows a stranger nothing but how to become known', async () => {
    const home = await visit.home('stranger')
    expect(home).toContain(`https://houston.acme.dev/link/slack?offer=${PEOPLE.stranger}`)
    expect(home).not.toContain('staging')
    expect(home).not.toContain('Deploy…')
  })

  it('of many environments shows what Slack takes, and says how many more there are', async () => {
    const environments = Array.from({ length: 30 }, (_, index) => `  environment-${index}: { zones: { a: [web] } }\n`)
    town.commit({ files: { '.github/houston.yml': CONFIG.replace(/ {2}staging[\s\S]*/, environments.join('')) } })
    for (const index of environments.keys())
      await visit.type(`/deploy lock environment-${index} --reason "${'漢'.repeat(200)}"`)
    const home = await visit.home()
    expect(home).toContain('`environment-0`')
    expect(home).toMatch(/and \d+ more environments/)
  })

  it('its button opens the form', async () => {
    await visit.press('houston.home.deploy', 'deploy', 'ada', { view: view0 })
    expect(visit.views).toHaveLength(1)
  })
  const view0: View = { id: 'V0', hash: '', callbackId: '', metadata: '', values: {} }
})
