// What starts and steers a rollout beside merges and comments: green checks, deployments of others, a team's members, buttons;
// and a configuration that cannot be used.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  addPerson,
  type CheckRun,
  type Commit,
  type Deployment,
  type Person,
} from '../../support/github-stand-in/world.ts'
import { EVENTS } from './events.ts'
import { type House, OPEN_WITHIN_MS, openHouse, type ZoneOf } from './house.ts'
import { commentsOn, deploymentsOf, runsOf, settled, statesOf } from './records.ts'

const ZONES = { 'eu-1a': ['web3', 'web4'], 'us-1a': ['web5', 'web6'] }
/** Each of its commits contains the one before, so it only goes forward. */
const WORK = 'work'

let house: House
let workflow: Person

beforeAll(async () => {
  house = await openHouse(EVENTS, environmentsOf)
  house.shop.required = ['build']
  workflow = { ...addPerson(house.github.world, 'github-actions[bot]'), type: 'Bot' }
}, OPEN_WITHIN_MS)

afterAll(async () => {
  const complaints = house?.github.complaints()
  await house?.close()
  expect(complaints).toEqual([])
})

function environmentsOf(zone: ZoneOf): string {
  return `  green:
    deploy: on-green
    zones:
${zone('eu-1a', ['web1'])}
  staging:
    zones:
${zone('eu-1a', ['web2'])}
  large:
    deployers: [team:acme/sre]
    host_checks: 3
    zones:
${Object.entries(ZONES)
  .map(([name, hosts]) => zone(name, hosts))
  .join('\n')}
    rollout: { order: zone-by-zone, between_zones: wait, batch: 1, max_unavailable: 1, max_failures: 0 }
`
}

function merge(branch: string): Commit {
  const { github, shop, ada } = house
  return github.people.merge(shop, ada, github.people.openPull(shop, ada, { branch }))
}

function begun({ sha }: { sha: string }): string[] {
  const lines = house.journal().filter((line) => line.endsWith(` ${sha.slice(0, 10)}`))
  return lines.map((line) => line.split(' ')[0] ?? '')
}

/** Resolves when Houston has asked how this commit's checks are, and what is required: all that it looks at. */
async function judged(since: number): Promise<void> {
  const asked = ({ path }: { path: string }) => path.includes('/rules/branches/')
  await house.github.until('the checks are read', () => house.github.log.slice(since).some(asked))
}

/** A rollout from beginning to end: whatever was begun before it has shown itself by then. */
async function wholeRollout(): Promise<void> {
  const { github, shop, ada } = house
  const { sha } = github.people.push(shop, ada, { branch: WORK })
  github.people.comment(shop, ada, { issue: github.people.openIssue(shop, ada), body: `/deploy staging ${WORK}` })
  await settled(house, { sha, environment: 'staging', state: 'success' })
}

describe('on-green', () => {
  const deployed = (commit: Commit) => deploymentsOf(house.shop, { sha: commit.sha, environment: 'green' })

  it('what is red never deploys, and what is pending deploys once it is green, once', async () => {
    const { github, shop, ada } = house
    const red = merge('red')
    let since = github.log.length
    github.people.reportCheck(shop, { sha: red.sha, name: 'build', conclusion: 'failure' })
    await judged(since)
    const commit = merge('pending')
    github.people.reportCheck(shop, { sha: commit.sha, name: 'build', conclusion: null })
    since = github.log.length
    github.people.reportStatus(shop, ada, { sha: commit.sha, context: 'lint', state: 'success' })
    await judged(since)
    await wholeRollout()
    expect([...deployed(red), ...deployed(commit)]).toEqual([])
    // Two checks end at the same moment: each of them wishes.
    github.people.reportCheck(shop, { sha: commit.sha, name: 'build', conclusion: 'success' })
    github.people.reportStatus(shop, ada, { sha: commit.sha, context: 'lint', state: 'success' })
    await settled(house, { sha: commit.sha, environment: 'green', state: 'success', runs: 1 })
    since = github.log.length
    github.people.reportStatus(shop, ada, { sha: commit.sha, context: 'late', state: 'success' })
    await wholeRollout()
    expect(deployed(commit)).toHaveLength(1)
    expect(begun(commit)).toEqual(['web1'])
    expect([...deployed(red), ...begun(red)]).toEqual([])
  })
})

describe('a deployment that a workflow creates', () => {
  const create = (environment: string): Deployment => {
    const { github, shop, ada } = house
    github.people.push(shop, ada, { branch: WORK })
    return github.people.createDeployment(shop, workflow, { ref: WORK, environment })
  }

  it('is carried out and becomes the record; for an environment that is unknown it is not ours; for a team it is refused', async () => {
    const { github, shop } = house
    const before = shop.deployments.length
    const [unknown, refused, known] = [create('elsewhere'), create('large'), create('staging')]
    await settled(house, { sha: known.sha, environment: 'staging', state: 'success', runs: 1 })
    await github.until('refused', () => statesOf(refused).length > 0)
    expect(refused.statuses).toMatchObject([{ state: 'error', description: 'Refused: not-allowed' }])
    expect(statesOf(known).at(-1)).toBe('success')
    expect(statesOf(unknown)).toEqual([])
    expect(shop.deployments.slice(before)).toEqual([unknown, refused, known])
    expect([unknown, refused, known].map(begun)).toEqual([[], [], ['web2']])
  })
})

describe('a fleet above host_checks, zone by zone with a person between, of a team', () => {
  let sha: string
  let member: Person
  let issue: ReturnType<House['github']['people']['openPull']>

  beforeAll(() => {
    const { github, shop, ada } = house
    member = addPerson(github.world, 'sam')
    github.world.teams.set('acme/sre', new Set([member.id]))
    shop.roles.set(member.id, 'read')
    issue = github.people.openPull(shop, ada, { branch: 'large' })
    sha = shop.branches.get('large') ?? ''
  })

  /** The check run of a zone, when it has this button. */
  const withButton = (zone: string, identifier: string): Promise<CheckRun> => {
    return house.github.until(`${identifier} at ${zone}`, () => {
      const run = runsOf(house, sha).find(({ name }) => name === `shop large / ${zone}`)
      return run?.actions.some((action) => action.identifier === identifier) && run
    })
  }

  it('whoever is not of the team may not, not even an administrator', async () => {
    const { github, shop, ada } = house
    github.people.comment(shop, ada, { issue, body: '/deploy large' })
    const refusal = await github.until('an answer', () => commentsOn(house, issue.number)[0])
    expect(refusal.body).toContain('not-allowed')
    expect(refusal.body).toContain('membership of acme/sre')
    expect(begun({ sha })).toEqual([])
  })

  it('a member may: the first zone is done, and waits', async () => {
    const { github, shop } = house
    github.people.comment(shop, member, { issue, body: '/deploy large' })
    const run = await withButton('eu-1a', 'continue')
    expect(run.conclusion).toBe('success')
    expect(begun({ sha })).toEqual(ZONES['eu-1a'])
    expect(deploymentsOf(shop, { sha, environment: 'large' }).at(-1)?.statuses.at(-1)).toMatchObject({
      ...{ state: 'pending', description: 'waiting after eu-1a' },
    })
  })

  it('Continue of somebody else is refused on the commit, that of a member goes on; a failure halts', async () => {
    const { github, shop, ada, sicken } = house
    const run = await withButton('eu-1a', 'continue')
    github.people.press(shop, ada, { run, identifier: 'continue' })
    const refusal = await github.until('a refusal', () =>
      runsOf(house, sha).find(({ name }) => name === 'houston large'),
    )
    expect(refusal).toMatchObject({ conclusion: 'neutral', output: { title: 'Refused: not-allowed' } })
    expect(begun({ sha })).toEqual(ZONES['eu-1a'])
    sicken('web5')
    github.people.press(shop, member, { run, identifier: 'continue' })
    await settled(house, { sha, environment: 'large', state: 'failure' })
    expect(begun({ sha })).toEqual([...ZONES['eu-1a'], 'web5'])
  })

  it('Retry failed runs what failed and what was never begun, and each zone has a run with all its hosts', async () => {
    const { github, shop, heal } = house
    const run = await withButton('us-1a', 'retry')
    heal('web5')
    github.people.press(shop, member, { run, identifier: 'retry' })
    await settled(house, { sha, environment: 'large', state: 'success' })
    expect(begun({ sha })).toEqual([...ZONES['eu-1a'], 'web5', ...ZONES['us-1a']])
    await github.until('all green', () => zoneRuns().every(({ conclusion }) => conclusion === 'success'))
    expect(zoneRuns().map(({ name }) => name)).toEqual(['shop large / eu-1a', 'shop large / us-1a'])
    for (const { name, output } of zoneRuns()) {
      const rows = Object.entries(ZONES)
        .filter(([zone]) => name.endsWith(zone))
        .flatMap(([, hosts]) => hosts)
      expect(output.text?.match(/web\d/g)).toEqual(rows)
    }
    expect(deploymentsOf(shop, { sha, environment: 'large' })).toHaveLength(1)
  })

  const zoneRuns = () => runsOf(house, sha).filter(({ name }) => name.startsWith('shop large / '))
})

it('a broken houston.yml is answered on the commit that brought it, with line and column', async () => {
  const { github, shop, ada } = house
  const text = 'application: shop\nenvironments:\n  staging:\n    zonse: {}\n'
  const { sha } = github.people.push(shop, ada, { files: { '.github/houston.yml': text } })
  const run = await github.until('an answer', () => runsOf(house, sha)[0])
  expect(run).toMatchObject({ name: 'houston.yml', conclusion: 'neutral' })
  expect(run.output.title).toBe('Refused: broken-configuration')
  expect(run.output.summary).toContain('.github/houston.yml:4:5: environments.staging')
})
