// What GitHub is told of a rollout, in every phase and for fleets of every size.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fleet } from '../../src/core/fleet.ts'
import type { ForgeContent, ForgeObject } from '../../src/core/project-forge.ts'
import type { ProjectionView } from '../../src/core/project-object.ts'
import { projectRollout } from '../../src/core/project-rollout.ts'
import type { HostState, RolloutPhase } from '../../src/core/rollout.ts'
import { readMarkdown } from '../support/github-markdown.ts'
import { hostileText } from '../support/hostile-text.ts'
import { fleetOf, planOf, workOf } from '../support/plan-of.ts'

const commit = 'c0ffee1234567890c0ffee1234567890c0ffee12'
const place = { repository: 'acme/shop', production: true, logUrl: 'https://houston.acme.dev/r/1' }

type Said = { text: string; fleet: Fleet; hosts: readonly HostState[]; phase: RolloutPhase }

function viewOf({ text, fleet, hosts, phase }: Said): ProjectionView {
  const work = { ...workOf('r2'), application: text, environment: text }
  const release = { ...work.release, id: text, commit }
  const plan = planOf({ fleet, work: { ...work, release } })
  const cursor = { phase, stage: 0, forgiven: { fleet: 0, stage: 0, zones: plan.zones.map(() => 0) } }
  return {
    ...{ id: 'ro1', requestedBy: { via: 'terminal', id: '1', name: text }, reason: text, createdAt: 1 },
    ...{ origin: { issues: [12, 14], comment: 99 }, plan, cursor, hosts, earlier: [] },
    tails: [{ host: fleet.zones[0]?.hosts[0]?.name ?? '', text }],
  }
}

const done: HostState = { phase: 'succeeded', attempt: 1, startedAt: 1_000, finishedAt: 61_000 }
const failed = (signature: string): HostState => ({ ...done, phase: 'failed', step: 'start', signature })
const queued: HostState = { phase: 'queued', attempt: 1 }

const of = <K extends ForgeObject['kind']>(kind: K, view: ProjectionView): ForgeContent<K>[] =>
  projectRollout(view, place).flatMap(({ content }) => (isOf(kind, content) ? [content] : []))

function isOf<K extends ForgeObject['kind']>(kind: K, content: ForgeObject): content is ForgeContent<K> {
  return content.kind === kind
}

function fleetView(size: number, phase: RolloutPhase, host: (index: number) => HostState): ProjectionView {
  const fleet = fleetOf({ a: Math.ceil(size / 2), b: Math.floor(size / 2) })
  return viewOf({ text: 'x', fleet, hosts: Array.from({ length: size }, (_, index) => host(index)), phase })
}

describe('check runs', () => {
  it.each([
    [2, 2],
    [25, 25],
    [26, 2],
    [2_000, 2],
  ])('%i hosts: %i runs', (size, runs) => {
    expect(
      of(
        'check-run',
        fleetView(size, 'running', () => queued),
      ),
    ).toHaveLength(runs)
  })

  it('hold every host of a zone in their table, or those that are not well', () => {
    const [small] = of(
      'check-run',
      fleetView(1_000, 'running', () => done),
    )
    expect(small?.text?.match(/^\| `a\d+`/gm)).toHaveLength(500)
    const [large] = of(
      'check-run',
      fleetView(8_000, 'failed', (index) => (index % 40 === 0 ? failed('x') : done)),
    )
    expect(large?.text?.length).toBeLessThan(65_535)
    expect(large?.text).toMatch(/100 of 100 hosts that are not well; the other 3900 do not fit here/)
  })

  const cases: [RolloutPhase, HostState[], object][] = [
    ['running', [queued, queued], { status: 'queued', actions: [] }],
    ['running', [done, queued], { status: 'in_progress', actions: [] }],
    ['running', [done, done], { status: 'completed', conclusion: 'success' }],
    [
      'waiting',
      [done, done],
      { status: 'completed', actions: [{ identifier: 'continue' }, { identifier: 'rollback' }] },
    ],
    ['halted', [done, queued], { status: 'completed', conclusion: 'action_required' }],
    [
      'halted',
      [failed('x'), queued],
      { conclusion: 'failure', actions: [{ identifier: 'rollback' }, { identifier: 'retry' }] },
    ],
    ['aborted', [done, queued], { status: 'completed', conclusion: 'cancelled' }],
    ['superseded', [queued, queued], { status: 'completed', conclusion: 'cancelled', actions: [] }],
    [
      'failed',
      [failed('x'), done],
      { conclusion: 'failure', actions: [{ identifier: 'retry' }, { identifier: 'rollback' }] },
    ],
    [
      'succeeded',
      [done, { phase: 'skipped', attempt: 1 }],
      { conclusion: 'success', actions: [{ identifier: 'rollback' }] },
    ],
  ]
  it.each(cases)('%s, a zone of %j', (phase, hosts, expected) => {
    const view = viewOf({ text: 'x', fleet: fleetOf({ a: 2 }), hosts, phase })
    const [run] = projectRollout(view, { ...place, hostsWithRuns: 0 }).filter(({ key }) => key === 'check/zone/0')
    expect(run?.content).toMatchObject(expected)
  })

  const eve = { by: { via: 'github', id: '3', name: 'eve' }, at: 2 } as const
  it.each<[RolloutPhase, given: object[], runs: number, object]>([
    ['unapproved', [], 1, { conclusion: 'action_required', title: '2 of 2 missing', actions: [{ label: 'Approve' }] }],
    ['unapproved', [eve], 1, { conclusion: 'action_required', title: '1 of 2 missing' }],
    ['aborted', [eve], 1, { conclusion: 'cancelled', title: 'aborted: nobody approved it', actions: [] }],
    ['superseded', [], 1, { conclusion: 'cancelled', actions: [] }],
    ['running', [eve, eve], 3, { conclusion: 'success', summary: 'Approved by `eve`, `eve`.', actions: [] }],
    ['succeeded', [eve, eve], 3, { conclusion: 'success', summary: 'Approved by `eve`, `eve`.' }],
  ])('%s, approved by %j: a run of its own, completed, and hosts only when it has begun', (phase, given, runs, run) => {
    const hosts = [queued, queued]
    const approvals = { required: 2, requester: eve.by, authors: [], given }
    const view = viewOf({ text: 'x', fleet: fleetOf({ a: 2 }), hosts, phase })
    const rule = { required: 2, from: [], notAuthor: true }
    const plan = { ...view.plan, approvals: rule }
    const found = of('check-run', { ...view, plan, cursor: { ...view.cursor, approvals } } as ProjectionView)
    expect(found).toHaveLength(runs)
    expect(found[0]).toMatchObject({ name: expect.stringMatching(/ approval$/), status: 'completed', ...run })
  })

  it('have keys that fit into markers, whatever the hosts are called', () => {
    const zones = fleetOf({ '@a': 1 }).zones.map((zone) => ({
      ...zone,
      hosts: zone.hosts.map((host) => ({ ...host, name: '`x' })),
    }))
    const fleet: Fleet = { zones }
    const keys = projectRollout(viewOf({ text: '|', fleet, hosts: [done], phase: 'running' }), place).map(
      ({ key }) => key,
    )
    for (const key of keys) expect(key).toMatch(/^[0-9A-Za-z:/._-]+$/)
  })
})

describe('comments', () => {
  it('one for each issue, with reactions to the one that asked', () => {
    const objects = projectRollout(
      fleetView(4, 'succeeded', () => done),
      place,
    )
    const keys = objects.map(({ key }) => key).filter((key) => /comment|reaction/.test(key))
    expect(keys).toEqual(['comment/12', 'comment/14', 'reaction/eyes', 'reaction/rocket'])
  })

  it('tell of failures by their causes, and what can be typed next', () => {
    const [{ body } = { body: '' }] = of(
      'comment',
      fleetView(4, 'failed', () => failed('start exited 127')),
    )
    expect(body).toContain('- **4 failed** at `start`: `start exited 127` (`a1`, `a2`, `b1`, `b2`)')
    expect(body).toContain('`/retry x`')
    expect(body).toContain('[Hosts and logs](https://houston.acme.dev/r/1)')
  })
})

describe('2,500 hostile texts in every place at once', () => {
  const { logUrl: _logUrl, ...bare } = place
  const readings = (text: string) => {
    const fleet: Fleet = {
      zones: fleetOf({ a: 1, b: 1 }).zones.map((zone, index) => ({
        name: `${text}${index}`,
        hosts: zone.hosts.map((host) => ({ ...host, name: `${text}${index}` })),
      })),
    }
    const view = viewOf({ text: `x${text}`, fleet, hosts: [failed(text), done], phase: 'halted' })
    return [0, 25].flatMap((hostsWithRuns) =>
      projectRollout(view, { ...bare, hostsWithRuns }).flatMap(({ content }) =>
        content.kind === 'check-run'
          ? [content.summary, content.text ?? '']
          : content.kind === 'comment'
            ? [content.body]
            : [],
      ),
    )
  }
  const read = (text: string) =>
    readings(text).map((markdown) => {
      const { skeleton, alive } = readMarkdown(markdown)
      return { skeleton: skeleton.replaceAll('–', '[code]'), alive }
    })

  it('change nothing but what stands in code, wherever they come from', () => {
    const harmless = read('word')
    expect(harmless.flatMap(({ alive }) => alive).filter((each) => !/^HTML <\/?(details|summary)/.test(each))).toEqual(
      [],
    )
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(read(text)).toEqual(harmless)
      }),
      { numRuns: 10_000 },
    )
  })
})
