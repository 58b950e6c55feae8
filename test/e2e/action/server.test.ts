// The steps with a server, as the runner starts them: a real `houston serve` in front of real SSH servers, and an identity that is
// really signed and checked. The hosts' journal judges.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Commit } from '../../support/github-stand-in/world.ts'
import { hearCommands } from '../../support/runner-reads.ts'
import { type House, OPEN_WITHIN_MS, openHouse, PRODUCTION } from '../github/house.ts'
import { type IdentityEndpoint, openIdentityEndpoint } from './identity-endpoint.ts'
import { runStep, startStep } from './runner.ts'

let house: House
let identity: IdentityEndpoint
let url: string
const before = process.env.HOUSTON_URL

beforeAll(async () => {
  house = await openHouse([])
  // It tells the audience by its own address, which it has only once it listens.
  url = new URL(house.github.hook.url ?? '').origin
  await house.server.end('SIGTERM')
  process.env.HOUSTON_URL = url
  await house.server.start()
  const { shop, ada } = house
  identity = await openIdentityEndpoint(house.github, {
    ...{ repository_id: String(shop.id), repository: 'acme/shop', actor_id: String(ada.id), actor: 'ada' },
  })
}, OPEN_WITHIN_MS)

afterAll(async () => {
  if (before === undefined) delete process.env.HOUSTON_URL
  else process.env.HOUSTON_URL = before
  await identity?.close()
  await house?.close()
})

function commit(branch: string): Commit {
  const { github, shop, ada } = house
  return github.people.merge(shop, ada, github.people.openPull(shop, ada, { branch, files: {} }))
}

function job(verb: 'deploy' | 'rollback' | 'status', inputs: Readonly<Record<string, string>> = {}, sha = '') {
  return {
    ...{ verb, workspace: '/nonexistent', inputs: { environment: 'production', server: url, ...inputs } },
    env: { ...identity.env, GITHUB_SHA: sha },
  }
}

describe('with a server', () => {
  it('shows the plan, and nothing happens', async () => {
    const { sha } = commit('planned')
    const { code, outputs, log } = await runStep(job('deploy', { 'plan-only': 'true' }, sha))
    expect({ code, ...outputs }, log).toMatchObject({ code: 0, state: 'planned', release: sha.slice(0, 10) })
    expect(house.journal()).toEqual([])
  })

  it('deploys the commit of the workflow, follows it, and hides who it was', async () => {
    const { sha } = commit('first')
    const { code, outputs, log, summary } = await runStep(job('deploy', {}, sha))
    expect({ code, ...outputs }, log).toMatchObject({ code: 0, state: 'succeeded', failed_hosts: '[]' })
    expect(outputs.url).toBe(`${url}/rollouts/${outputs.rollout_id}`)
    expect(summary).toContain(outputs.url)
    expect(house.journal().sort()).toEqual(PRODUCTION.map((host) => `${host} ${sha.slice(0, 10)}`))
    const masked = hearCommands(log).filter(({ name }) => name === 'add-mask')
    expect(masked.some(({ data }) => data.split('.').length === 3)).toBe(true)
    const again = await runStep(job('deploy', {}, sha))
    expect({ code: again.code, ...again.outputs }).toMatchObject({ code: 0, decision: 'unchanged' })
  })

  const cases: [what: string, claims: Readonly<Record<string, unknown>>, reason: string][] = [
    ['an identity for another server', { aud: 'https://other.acme.dev' }, 'not-signed-in'],
    ['an identity that has ended', { exp: Math.floor(Date.now() / 1_000) - 60 }, 'not-signed-in'],
    ['another repository', { repository_id: '424242', repository: 'evil/shop' }, 'not-found'],
    ['a job outside the environment', { environment: undefined }, 'not-allowed'],
    ['a job of another environment', { environment: 'staging' }, 'not-allowed'],
  ]
  it.each(cases)('refuses %s', async (_, claims, reason) => {
    const journal = house.journal().length
    identity.claims = claims
    const { code, outputs } = await runStep(job('deploy', {}, commit('refused').sha)).finally(() => {
      identity.claims = {}
    })
    expect({ code, ...outputs }).toMatchObject({ code: 1, state: 'refused', reason_code: reason })
    expect(house.journal()).toHaveLength(journal)
  })

  it('follows through a restart of the server', async () => {
    const { sha } = commit('restarted')
    house.hold('web3')
    const step = startStep(job('deploy', {}, sha))
    await step.says('web3')
    await house.server.end('SIGKILL')
    await house.server.start()
    house.release()
    const { code, outputs, log } = await step.ended
    expect({ code, ...outputs }, log).toMatchObject({ code: 0, state: 'succeeded', release: sha.slice(0, 10) })
    expect(house.journal().filter((line) => line.endsWith(sha.slice(0, 10)))).toHaveLength(4)
  })

  it('takes back what failed', async () => {
    const { sha } = commit('bad')
    house.sicken('web1')
    const bad = await runStep(job('deploy', {}, sha))
    expect({ code: bad.code, ...bad.outputs }, bad.log).toMatchObject({ code: 1, state: 'halted' })
    expect(bad.log).toContain('no start here')
    house.heal('web1')
    const seen = await runStep(job('status'))
    expect(seen.outputs).toMatchObject({ state: 'halted', failed_hosts: '["web1"]' })
    const back = await runStep(job('rollback'))
    expect({ code: back.code, ...back.outputs }, back.log).toMatchObject({ code: 0, state: 'succeeded' })
    expect(back.outputs.release).not.toBe(sha.slice(0, 10))
  })

  it('halts there when the job is cancelled, in time', async () => {
    const { sha } = commit('cancelled')
    house.hold('web1')
    const step = startStep(job('deploy', {}, sha))
    await step.says('web1')
    step.child.kill('SIGINT')
    await step.says('cancelled')
    house.release()
    const { code, outputs } = await step.ended
    expect({ code, ...outputs }).toMatchObject({ code: 1, state: 'halted', reason_code: 'cancelled' })
    expect(house.journal().filter((line) => line.endsWith(sha.slice(0, 10))).length).toBeLessThan(4)
  })

  it('leaves it alone when the job is cancelled and says so', async () => {
    const { sha } = commit('left')
    house.hold('web1')
    const step = startStep(job('deploy', { 'on-cancel': 'detach' }, sha))
    await step.says('web1')
    step.child.kill('SIGINT')
    const { outputs } = await step.ended
    expect(outputs).toMatchObject({ state: 'running', reason_code: 'cancelled' })
    house.release()
    const went = () => house.journal().filter((line) => line.endsWith(sha.slice(0, 10)))
    await expect.poll(went, { timeout: 20_000 }).toHaveLength(4)
  })
})
