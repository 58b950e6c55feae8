// The measures of a real server that deploys to real hosts: what it is put together of counts.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTerminal, type Running, type Terminal } from '../../cli/houston-process.ts'
import { readSamples, type Sample, sumOf } from './scrape.ts'

let terminal: Terminal
let server: Running
beforeAll(async () => {
  terminal = await openTerminal(['web1', 'web2'])
  server = await terminal.serve()
}, 60_000)
afterAll(async () => {
  server?.child.kill('SIGKILL')
  await server?.ended
  await terminal?.close()
})

async function scrape(): Promise<Sample[]> {
  const address = server.said().find(({ message }) => message === 'listening')?.address
  const answer = await fetch(`http://${address}/metrics`)
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  return readSamples(await answer.text())
}

it('hosts in hand are seen, and their end is counted', { timeout: 60_000 }, async () => {
  terminal.hold('web1')
  const deploying = terminal.start('deploy', 'prod', 'r1', '--yes', '--json')
  await deploying.line(({ kind, host, phase }) => kind === 'host' && host === 'web1' && phase === 'running')
  const during = await scrape()
  expect(sumOf(during, 'houston_hosts_claimed')).toBe(1)
  expect(sumOf(during, 'houston_ssh_sessions')).toBe(1)
  expect(sumOf(during, 'houston_rollouts', { environment: 'production', phase: 'running' })).toBe(1)
  terminal.release()
  expect((await deploying.ended).code).toBe(0)
  const after = await scrape()
  const place = { application: 'shop', environment: 'production', kind: 'deploy' }
  expect(sumOf(after, 'houston_hosts_total', { ...place, outcome: 'succeeded' })).toBe(2)
  expect(sumOf(after, 'houston_rollout_phases_total', { ...place, phase: 'succeeded' })).toBe(1)
  expect(sumOf(after, 'houston_hosts_claimed')).toBe(0)
})
