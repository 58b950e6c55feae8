// The demo's web application on real hosts: it is replaced, survives the session that started it, and breaks where it should.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Fleet, startFleet } from '../../../src/apps/demo/fleet.ts'
import { processesOf } from '../../../src/apps/demo/fleet-processes.ts'
import { SITE_HEALTH_PATH, SITE_SCRIPTS, type SiteFault, writeSite } from '../../../src/apps/demo/site.ts'
import { hostOf, login, run } from './login.ts'

let fleet: Fleet
beforeAll(async () => {
  fleet = await startFleet({ hosts: [{ name: 'web01' }], kind: 'ssh2' })
})
afterAll(() => fleet.stop())

async function start(release: string, fault?: SiteFault) {
  const directory = join(hostOf(fleet, 'web01').directory, 'srv/releases', release)
  await writeSite(directory, { release, ...(fault && { faults: { web01: fault } }) })
  const client = await login(fleet, 'web01')
  const script = `cd ${directory} && (${SITE_SCRIPTS.preflight}) && (${SITE_SCRIPTS.start})`
  return run(client, script).finally(() => client.end())
}

async function fetchSite(path: string) {
  const { address, webPort } = hostOf(fleet, 'web01')
  const response = await fetch(`http://${address}:${webPort}${path}`)
  return { status: response.status, body: await response.json() }
}

test('a release replaces the one before and outlives its session', async () => {
  expect(await start('1')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^site 1 listens on http:/) })
  expect(await fetchSite('/')).toEqual({ status: 200, body: { host: 'web01', release: '1' } })
  expect(await start('2')).toMatchObject({ code: 0 })
  expect(await fetchSite(SITE_HEALTH_PATH)).toEqual({ status: 200, body: { host: 'web01', release: '2' } })
  await expect.poll(() => processesOf(fleet.root)).toHaveLength(1)
})

test('a release that answers 500 comes up; the next one heals it', async () => {
  expect(await start('3', 'answers-500')).toMatchObject({ code: 0 })
  expect(await fetchSite(SITE_HEALTH_PATH)).toMatchObject({ status: 500, body: { release: '3' } })
  await start('4')
  expect(await fetchSite(SITE_HEALTH_PATH)).toMatchObject({ status: 200, body: { release: '4' } })
})

test('a release that refuses fails its start, says why, and leaves nothing running', async () => {
  expect(await start('5', 'refuses')).toMatchObject({ code: 1, stderr: expect.stringContaining('ended with code 78') })
  await expect(fetchSite('/')).rejects.toThrow()
  const shared = join(hostOf(fleet, 'web01').directory, 'srv/shared')
  expect(await readFile(join(shared, 'site.log'), 'utf8')).toContain('lack "payments.endpoint"')
  expect(await readFile(join(shared, 'starts.log'), 'utf8')).toBe('1\n2\n3\n4\n5\n')
})
