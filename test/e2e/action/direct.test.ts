// The steps without a server, as the runner starts them, against real SSH servers. The hosts' journal judges.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hearCommands } from '../../support/runner-reads.ts'
import { type FleetHouse, HOSTS, openFleetHouse } from './fleet-house.ts'
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

describe('a job that is cancelled', () => {
  const cancel = async (inputs: Readonly<Record<string, string>>) => {
    house.hold('web1')
    const step = startStep(job('deploy', inputs))
    const ended = step.ended
    await step.says('running')
    const begun = house.journal().length
    await waitFor(() => house.journal().length > begun - 1 && house.journal().at(-1)?.startsWith('web') === true)
    step.child.kill('SIGINT')
    return { step, ended }
  }

  it('halts: what was begun goes on there, and no further host is touched', async () => {
    house.release('v4')
    const before = house.journal().length
    house.hold('web3')
    const { ended } = await cancel({ ref: 'v4' })
    const { code, outputs, tookMs } = await ended
    expect({ code, ...outputs }).toMatchObject({ code: 1, reason_code: 'cancelled' })
    expect(['halting', 'halted']).toContain(outputs.state)
    expect(tookMs).toBeLessThan(60_000)
    house.letGo()
    expect(new Set(house.journal().slice(before)).size).toBeLessThan(4)
  })
})

async function waitFor(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20))
}
