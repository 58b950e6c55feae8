// What a step makes of a rollout that it has begun, whichever way: it ends with it, is cut short, or loses sight of it.

import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { readInputs, variableOf } from '../../action/src/inputs.ts'
import { pursue } from '../../action/src/pursue.ts'
import { openRunnerLog } from '../../action/src/runner-log.ts'
import { stepContext } from '../../action/src/step-context.ts'
import { type Begun, StepFault, type Way } from '../../action/src/way.ts'
import { refused } from '../../src/core/intent.ts'
import { type RolloutPage, reportRolloutPage } from '../../src/core/report-rollout-page.ts'
import type { HostState, RolloutPhase } from '../../src/core/rollout.ts'
import { fleetOf, planOf } from '../support/plan-of.ts'

const BEGUN: Begun = { kind: 'begun', rollout: 'o1', url: 'https://houston.acme.dev/rollouts/o1' }

function page(phase: RolloutPhase, host: HostState['phase'], id = 'o1'): RolloutPage {
  return reportRolloutPage({
    ...{ id, requestedBy: { via: 'workflow', id: '7/1', name: 'ada' }, createdAt: 1 },
    ...{ plan: planOf({ fleet: fleetOf({ a: 1 }) }), hosts: [{ phase: host, attempt: 1 }] },
    cursor: { phase, stage: 0, forgiven: { fleet: 0, stage: 0, zones: [0] } },
  })
}

type Script = {
  /** What is seen first, and after the step did something about it; `lost`: the way gives up then. */
  first: readonly (RolloutPage | 'lost' | 'broken' | 'until the step stops')[]
  later?: readonly RolloutPage[]
  back?: Begun
  /** The server is away when it is asked to stop. */
  away?: boolean
  cancelled?: boolean
  inputs?: Readonly<Record<string, string>>
}

async function run({ first, later = [], back, away = false, cancelled = false, inputs = {} }: Script) {
  const given = { environment: 'production', server: 'https://houston.acme.dev', ...inputs }
  const env = Object.fromEntries(Object.entries(given).map(([name, value]) => [variableOf(name), value]))
  const read = readInputs('deploy', env)
  if (read.kind !== 'ok') throw new Error(read.faults.join())
  const did: string[] = []
  const cancel = new AbortController()
  const looks = [first, later]
  const way: Pick<Way, 'follow' | 'halt' | 'rollback' | 'lastWords'> = {
    async *follow(_, signal) {
      for (const each of looks.shift() ?? []) {
        if (each === 'until the step stops') {
          await once(signal, 'abort')
          return
        }
        if (each === 'lost') throw new StepFault('no-answer', 'away for too long')
        if (each === 'broken') throw new TypeError('a bug')
        yield each
      }
      if (cancelled) cancel.abort()
    },
    async halt() {
      did.push('halt')
      if (away) throw new StepFault('no-answer', 'nobody is at home')
      return { kind: 'accepted' }
    },
    async rollback() {
      did.push('rollback')
      return back ?? refused('no-good-release')
    },
    lastWords: async () => [],
  }
  const context = stepContext({ verb: 'deploy', inputs: read.inputs, env: {}, log: openRunnerLog(() => {}) })
  const interruption = { asked: cancel.signal, over: new AbortController().signal, close: () => {} }
  const { outcome, reports } = await pursue({ ...context, way: way as Way, interruption }, BEGUN)
  return { ...outcome, did, reports: reports.map(({ rollout }) => rollout) }
}

const running = page('running', 'running')

describe('pursue', () => {
  it.each<[string, Script, object]>([
    ['ends with it', { first: [running, page('succeeded', 'succeeded')] }, { ok: true, state: 'succeeded', did: [] }],
    [
      'fails with it',
      { first: [page('halted', 'failed')] },
      { ok: false, state: 'halted', failedHosts: ['a1'], did: [] },
    ],
    [
      'halts it when the job is cancelled',
      { first: [running], later: [page('halted', 'succeeded')], cancelled: true },
      { ok: false, state: 'halted', reason: 'cancelled', did: ['halt'] },
    ],
    [
      'takes it back when it should',
      {
        ...{ first: [running], later: [page('succeeded', 'succeeded', 'o2')], cancelled: true },
        ...{ back: { kind: 'begun', rollout: 'o2' }, inputs: { 'on-cancel': 'rollback' } },
      },
      { ok: false, state: 'succeeded', reason: 'cancelled', did: ['rollback'], reports: ['o1', 'o2'] },
    ],
    [
      'halts it when there is nothing to go back to',
      { first: [running], later: [page('halted', 'succeeded')], cancelled: true, inputs: { 'on-cancel': 'rollback' } },
      { state: 'halted', did: ['rollback', 'halt'] },
    ],
    [
      'halts it when the time is up',
      { first: [running, 'until the step stops'], later: [page('halted', 'succeeded')], inputs: { timeout: '1s' } },
      { ok: false, state: 'halted', reason: 'timeout', did: ['halt'] },
    ],
    [
      'says that it may go on when nobody could be asked to halt it',
      { first: [running], later: [running], cancelled: true, away: true },
      { state: 'running', did: ['halt'], message: expect.stringContaining('NOT halted: nobody is at home') },
    ],
    [
      'does not say that it halted it when the time is up and nobody could be asked',
      { first: [running, 'until the step stops'], later: [running], away: true, inputs: { timeout: '1s' } },
      { reason: 'timeout', message: expect.stringContaining('NOT halted: nobody is at home') },
    ],
    [
      'leaves it alone when it should',
      { first: [running], cancelled: true, inputs: { 'on-cancel': 'detach' } },
      { ok: false, state: 'running', reason: 'cancelled', did: [] },
    ],
    [
      'is not cancelled by what comes after the end',
      { first: [page('succeeded', 'succeeded')], cancelled: true },
      { ok: true, state: 'succeeded', did: [] },
    ],
    [
      'leaves once it is begun',
      { first: [running], inputs: { wait: 'false' } },
      { ok: true, state: 'running', did: [] },
    ],
    [
      'says what it saw last of one that went out of sight',
      { first: [running, 'lost'] },
      { ok: false, state: 'running', decision: 'started', reason: 'no-answer', rollout: 'o1' },
    ],
    [
      'says what it saw last when it is itself at fault',
      { first: [running, 'broken'] },
      { ok: false, state: 'running', decision: 'started', reason: 'error', rollout: 'o1' },
    ],
    [
      'names one that it never saw',
      { first: ['lost'] },
      { ok: false, state: 'unknown', decision: 'started', reason: 'no-answer', rollout: 'o1' },
    ],
  ])('%s', async (_, script, wanted) => {
    expect(await run(script)).toMatchObject(wanted)
  })
})
