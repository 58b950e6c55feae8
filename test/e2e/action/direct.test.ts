// The steps without a server, as the runner starts them, against real SSH servers. The hosts' journal judges.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hearCommands } from '../../support/runner-reads.ts'
import { type FleetHouse, HOSTS, openFleetHouse } from './fleet-house.ts'
import { openGithubAnswers, type Told } from './github-answers.ts'
import { runStep, startStep } from './runner.ts'

let house: FleetHouse
beforeAll(async () => {
  house = await openFleetHouse()
})
afterAll(() => house?.close())

const job = (verb: 'deploy' | 'rollback' | 'status', inputs: Readonly<Record<string, string>> = {}) => ({
  verb,
  workspace: house.workspace,
  inputs: { ...house.inputs, ...inputs },
})

describe('direct mode', () => {
  it('plans without touching anything', async () => {
    house.release('v1')
    const { code, outputs, summary } = await runStep(job('deploy', { ref: 'v1', 'plan-only': 'true' }))
    expect(outputs).toMatchObject({ state: 'planned', decision: 'planned', release: 'v1', reason_code: '' })
    expect(summary).toContain('4 of 4 hosts')
    expect(code).toBe(0)
    expect(house.journal()).toEqual([])
  })

  it('refuses a plan that waits for a person: there is none', async () => {
    house.configure('waits.yml', '{ order: zone-by-zone, between_zones: wait, max_unavailable: 1 }')
    const { code, outputs } = await runStep(job('deploy', { ref: 'v1', file: 'waits.yml' }))
    expect({ code, ...outputs }).toMatchObject({ code: 1, state: 'refused', reason_code: 'needs-a-person' })
    expect(house.journal()).toEqual([])
  })

  it('deploys to every host, and tells of it', async () => {
    const { code, log, outputs, summary } = await runStep(job('deploy', { ref: 'v1' }))
    expect(log).toContain('all new')
    expect({ code, ...outputs }).toMatchObject({ code: 0, state: 'succeeded', decision: 'started', failed_hosts: '[]' })
    expect(outputs.url).toBe('https://github.com/acme/shop/actions/runs/99')
    expect(house.journal().sort()).toEqual(HOSTS.map((host) => `${host} v1`))
    expect(hearCommands(log).filter(({ name }) => name === 'group')).toHaveLength(3)
    expect(summary).toContain('| `eu-1a` | 2 |')
  })

  it('has nothing to do where the hosts say that the release runs', async () => {
    const { code, outputs } = await runStep(job('deploy', { ref: 'v1' }))
    expect({ code, ...outputs }).toMatchObject({ code: 0, state: 'succeeded', decision: 'unchanged' })
    expect(house.journal()).toHaveLength(4)
  })

  it('halts on a failure, names it, and takes it back', async () => {
    house.release('v2')
    house.sicken('web1')
    const halted = await runStep(job('deploy', { ref: 'v2' }))
    expect({ code: halted.code, ...halted.outputs }).toMatchObject({
      code: 1,
      state: 'halted',
      reason_code: 'zone-budget',
    })
    expect(JSON.parse(halted.outputs.failed_hosts ?? '')).toEqual(['web1'])
    const heard = hearCommands(halted.log)
    expect(heard.filter(({ name }) => name === 'error')).toHaveLength(2)
    expect(heard.map(({ name }) => name)).not.toContain('set-output')
    expect(halted.summary).toContain('start exited 3')
    house.heal()
    const back = await runStep(job('rollback'))
    expect({ code: back.code, ...back.outputs }).toMatchObject({ code: 0, state: 'succeeded', release: 'v1' })
    expect(back.summary).toContain('Plan: 1 of 4 hosts')
    expect(back.log).toContain('1 failed last time')
    for (const host of HOSTS) expect(house.runs(host)).toBe('v1')
  })

  it('takes a whole fleet back, and not further when it is asked again', async () => {
    house.release('v3')
    const deployed = await runStep(job('deploy', { ref: 'v3' }))
    expect(deployed.outputs).toMatchObject({ state: 'succeeded' })
    expect((await runStep(job('rollback'))).outputs).toMatchObject({ state: 'succeeded', release: 'v1' })
    for (const host of HOSTS) expect(house.runs(host)).toBe('v1')
    const again = await runStep(job('rollback'))
    expect({ code: again.code, ...again.outputs }).toMatchObject({ code: 1, reason_code: 'no-good-release' })
    expect((await runStep(job('rollback', { ref: 'v3' }))).outputs).toMatchObject({ state: 'succeeded', release: 'v3' })
  })

  it('says before anything happens that a host does not have the release', async () => {
    const before = house.journal().length
    const { code, outputs, log } = await runStep(job('rollback', { ref: 'v9' }))
    expect({ code, ...outputs }).toMatchObject({ code: 1, state: 'halted' })
    expect(log).toContain('does not have the release v9')
    expect(house.journal()).toHaveLength(before)
    for (const host of HOSTS) expect(house.runs(host)).toBe('v3')
  })

  it('looks at what the hosts run', async () => {
    const { code, outputs, summary } = await runStep(job('status'))
    expect({ code, ...outputs }).toMatchObject({ code: 0, decision: 'looked', release: 'v3', state: 'unwell' })
    expect(summary).toContain('| `us-1a` | `web3` | `v3` |')
  })
})

describe('zones', () => {
  it('are all that is touched', async () => {
    house.release('v3z')
    const { code, outputs } = await runStep(job('deploy', { ref: 'v3z', zones: 'us-1a' }))
    expect({ code, ...outputs }).toMatchObject({ code: 0, state: 'succeeded', release: 'v3z' })
    expect(HOSTS.map((host) => house.runs(host))).toEqual(['v3', 'v3', 'v3z', 'v3z'])
    expect((await runStep(job('rollback'))).outputs).toMatchObject({ state: 'succeeded', release: 'v3' })
    for (const host of HOSTS) expect(house.runs(host)).toBe('v3')
  })
})

describe('a host whose key is another one', () => {
  it('is not touched, and the rollout halts', async () => {
    house.release('v4')
    const before = house.journal().length
    const other = house.fleet.knownHosts.text.replaceAll(/ AAAA\S+/g, ` ${OTHER_KEY}`)
    const { code, outputs, log, summary } = await runStep(job('deploy', { ref: 'v4', 'known-hosts': other }))
    expect({ code, ...outputs }).toMatchObject({ code: 1, state: 'halted' })
    expect(log).toContain('host key has changed')
    expect(summary).toContain('host key has changed')
    expect(house.journal()).toHaveLength(before)
  })
})

describe('GitHub', () => {
  const deployTold = async (tag: string, status: 201 | 403) => {
    const github = await openGithubAnswers(status)
    const told = {
      ...job('deploy', { ref: tag, 'github-token': 'ghs_secret_token' }),
      env: { GITHUB_API_URL: github.url },
    }
    const ended = await runStep(told).finally(() => github.close())
    expect(ended.outputs).toMatchObject({ state: 'succeeded', release: tag })
    expect(github.told.every(({ token }) => token === 'token ghs_secret_token')).toBe(true)
    expect(ended.log.replaceAll('::add-mask::ghs_secret_token', '')).not.toContain('ghs_secret_token')
    return { ...ended, told: github.told }
  }
  const to = (path: RegExp) => (each: Told) => path.test(each.path)

  it('is told with the job’s token: one deployment, its end, a check run a host without buttons', async () => {
    const { told, log } = await deployTold('v4', 201)
    const deployments = told.filter(to(/\/deployments$/))
    expect(deployments.map(({ body }) => body)).toMatchObject([
      { environment: 'production', auto_merge: false, required_contexts: [], production_environment: true },
    ])
    const states = told.filter(to(/\/statuses$/)).map(({ body }) => body)
    expect(states.at(-1)).toMatchObject({
      ...{ state: 'success', environment_url: 'https://shop.acme.dev' },
      log_url: 'https://github.com/acme/shop/actions/runs/99',
    })
    const runs = told.filter(to(/\/check-runs/)).map(({ body }) => body)
    expect(new Set(runs.flatMap(({ name }) => name ?? []))).toEqual(
      new Set(HOSTS.map((host) => `shop production / ${host}`)),
    )
    expect(runs.filter(({ conclusion }) => conclusion === 'success')).toHaveLength(4)
    for (const { actions = [] } of runs) expect(actions).toEqual([])
    expect(hearCommands(log).filter(({ name }) => name === 'warning')).toEqual([])
  })

  it('says once what it refuses, and the rollout goes on', async () => {
    house.release('v4b')
    const { told, log } = await deployTold('v4b', 403)
    expect(told.length).toBeGreaterThan(1)
    const warned = hearCommands(log).filter(({ name }) => name === 'warning')
    expect(warned.map(({ properties }) => properties).sort()).toEqual([
      'title=No check-run is written',
      'title=No deployment is written',
    ])
  })
})

describe('a job that is cancelled', () => {
  /** Resolves when the first host is at work and cannot end. */
  const begin = async (tag: string, inputs: Readonly<Record<string, string>> = {}) => {
    house.release(tag)
    for (const host of HOSTS) house.hold(host)
    const step = startStep(job('deploy', { ref: tag, ...inputs }))
    await expect.poll(() => ran(tag), { timeout: 20_000 }).toHaveLength(1)
    return step
  }
  const ran = (tag: string) => house.journal().filter((line) => line.endsWith(` ${tag}`))

  it('halts: what was begun comes to its end, and no further host is touched', async () => {
    const step = await begin('v5')
    step.child.kill('SIGINT')
    await step.says('cancelled')
    house.letGo()
    const { code, outputs } = await step.ended
    expect({ code, ...outputs }).toMatchObject({ code: 1, state: 'halted', reason_code: 'cancelled' })
    expect(ran('v5')).toHaveLength(1)
  })

  it('has said what it knows before it is killed, whatever the hosts do', async () => {
    const step = await begin('v6')
    step.child.kill('SIGINT')
    step.child.kill('SIGTERM')
    const { outputs, summary } = await step.ended
    expect(outputs).toMatchObject({ state: 'halting', reason_code: 'cancelled' })
    expect(summary).toContain('halting')
    house.letGo()
    expect(ran('v6')).toHaveLength(1)
    await expect.poll(() => house.runs('web1'), { timeout: 20_000 }).toBe('v6')
  })

  it('goes back when it should', async () => {
    house.release('v7')
    expect((await runStep(job('deploy', { ref: 'v7' }))).outputs).toMatchObject({ state: 'succeeded' })
    const step = await begin('v8', { 'on-cancel': 'rollback' })
    step.child.kill('SIGINT')
    await step.says(': rollback ')
    house.letGo()
    const { code, outputs } = await step.ended
    expect({ code, ...outputs }).toMatchObject({ code: 1, reason_code: 'cancelled', state: 'succeeded', release: 'v7' })
    for (const host of HOSTS) expect(house.runs(host)).toBe('v7')
  })
})

const OTHER_KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIGXZ5jJd7y1b0u2F0lP1B6m8s6o6Wn0hJ4mQm2T0aB1c'
