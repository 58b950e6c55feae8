// Several terminals on one machine and one embedded store: what a person does when things go wrong. Real processes, real SSH.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTerminal, type Running, type Terminal } from './houston-process.ts'

const HOSTS = ['web1', 'web2', 'web3']

describe('two terminals', { timeout: 180_000 }, () => {
  let terminal: Terminal
  beforeAll(async () => {
    terminal = await openTerminal(HOSTS)
    expect(await terminal.run('deploy', 'prod', 'r1', '--yes')).toMatchObject({ code: 0 })
  }, 180_000)
  afterAll(() => terminal.close())

  it('halt from another one reaches the process that deploys', async () => {
    terminal.hold('web2')
    const deploying = terminal.start('deploy', 'prod', 'r2', '--yes', '--json')
    await atWork(deploying, 'web2')
    const status = await terminal.run('status', 'prod', '--json')
    expect(JSON.parse(status.out)).toMatchObject({
      release: 'r2',
      phase: 'running',
      hosts: { succeeded: 1, running: 1 },
    })
    expect(await terminal.run('halt', 'prod')).toMatchObject({ code: 0, out: expect.stringContaining('halt') })
    terminal.release()
    expect((await deploying.ended).code).toBe(1)
    const after = JSON.parse((await terminal.run('status', 'prod', '--json')).out)
    expect(after).toMatchObject({ phase: 'halted', halt: { kind: 'asked' }, untouched: { count: 1, names: ['web3'] } })
  })

  it('a killed process is taken over by resume, and no host starts twice', async () => {
    terminal.hold('web3')
    const resuming = terminal.start('resume', 'prod', '--json')
    await atWork(resuming, 'web3')
    resuming.child.kill('SIGKILL')
    expect((await resuming.ended).signal).toBe('SIGKILL')
    const left = await terminal.run('status', 'prod')
    expect(left.out).toContain('running')
    expect(left.err).toContain('houston resume production takes it over')
    const again = terminal.start('resume', 'prod', '--json')
    await again.line(({ kind }) => kind === 'status')
    terminal.release()
    expect(await again.line(({ kind }) => kind === 'summary')).toMatchObject({
      exit_code: 0,
      rollout: { phase: 'succeeded' },
    })
    expect((await again.ended).code).toBe(0)
    expect(
      terminal
        .journal()
        .filter((line) => line.endsWith(' r2'))
        .sort(),
    ).toEqual(HOSTS.map((host) => `${host} r2`))
  })

  it('a rollback from another one is carried out by the process that deploys, which ends with 3', async () => {
    terminal.hold('web2')
    const deploying = terminal.start('deploy', 'prod', 'r3', '--yes', '--json')
    await atWork(deploying, 'web2')
    const rollback = terminal.run('rollback', 'prod', '--reason', 'pager')
    await deploying.line(
      ({ kind, rollout }) => kind === 'status' && JSON.stringify(rollout).includes('"kind":"rollback"'),
    )
    terminal.release()
    expect(await rollback).toMatchObject({
      code: 0,
      out: expect.stringMatching(/rollback to r2 {2}succeeded[\s\S]*reason: pager/),
    })
    expect((await deploying.ended).code).toBe(3)
    const where = await terminal.run('hosts', 'prod', '--probe', '--json')
    expect(JSON.parse(where.out).hosts.map(({ release }: { release: string }) => release)).toEqual(['r2', 'r2', 'r2'])
    expect(terminal.journal()).not.toContain('web3 r3')
  })
})

async function atWork(running: Running, host: string): Promise<void> {
  await running.line((line) => line.kind === 'host' && line.host === host && line.step === 'start')
}
