// What the forge is told in each phase of a rollout.

import { expect, it } from 'vitest'
import { projectDeployment } from '../../src/core/project-deployment.ts'
import type { ProjectionView } from '../../src/core/project-object.ts'
import type { RolloutPhase } from '../../src/core/rollout.ts'
import { stateIn } from '../support/rollout-phases.ts'

const COMMIT = 'c0ffee1234567890c0ffee1234567890c0ffee12'
const PLACE = { repository: 'acme/shop', production: true }

function viewIn(phase: RolloutPhase, over: Partial<ProjectionView> = {}): ProjectionView {
  const { plan, cursor, hosts } = stateIn(phase)
  const release = { ...plan.work.release, commit: COMMIT }
  const requestedBy = { via: 'terminal', id: '1', name: 'ada' } as const
  return {
    ...{ id: 'r', requestedBy, createdAt: 1, plan: { ...plan, work: { ...plan.work, release } }, cursor, hosts },
    ...{ earlier: [], ...over },
  }
}

const words: [RolloutPhase, state: string, urgency: string][] = [
  ['unapproved', 'pending', 'phase'],
  ['gated', 'queued', 'phase'],
  ['running', 'in_progress', 'phase'],
  ['baking', 'in_progress', 'phase'],
  ['waiting', 'pending', 'phase'],
  ['halting', 'in_progress', 'phase'],
  ['halted', 'failure', 'phase'],
  ['succeeded', 'success', 'final'],
  ['failed', 'failure', 'final'],
  ['aborted', 'error', 'final'],
  ['superseded', 'error', 'final'],
]

it.each(words)('a rollout that is %s has the status %s', (phase, state, urgency) => {
  const [deployment, status, ...others] = projectDeployment(viewIn(phase), PLACE)
  expect(deployment).toMatchObject({ key: 'deployment', content: { commit: COMMIT, task: 'deploy' } })
  expect(status).toMatchObject({ content: { state }, urgency, when: 'append', parent: { key: 'deployment' } })
  expect(others).toEqual([])
})

it('descriptions fit, whoever asked', () => {
  const requestedBy = { via: 'terminal', id: '1', name: '🚀'.repeat(200) } as const
  const [deployment] = projectDeployment(viewIn('running', { requestedBy }), PLACE)
  const text = deployment?.content.kind === 'deployment' ? deployment.content.description : ''
  expect([...text]).toHaveLength(140)
  expect(text.isWellFormed()).toBe(true)
})

it('progress of hosts alone is no other status', () => {
  const view = viewIn('running')
  const moved = { ...view, hosts: view.hosts.map((host) => ({ ...host, phase: 'succeeded' as const })) }
  expect(projectDeployment(moved, PLACE)).toEqual(projectDeployment(view, PLACE))
})

it('a release that is no commit is not recorded', () => {
  const { plan, ...view } = viewIn('running')
  const { commit: _commit, ...release } = plan.work.release
  expect(projectDeployment({ ...view, plan: { ...plan, work: { ...plan.work, release } } }, PLACE)).toEqual([])
})

it('the last production deployment that succeeded is told that it is replaced, and only when this one succeeded', () => {
  const earlier = [
    { rollout: 'r2', release: 'r2', phase: 'failed' },
    { rollout: 'r1', release: 'r1', phase: 'succeeded' },
  ] as const
  const of = (phase: RolloutPhase, production = true) =>
    projectDeployment(viewIn(phase, { earlier }), { ...PLACE, production }).slice(2)
  expect(of('succeeded')).toMatchObject([
    { parent: { rollout: 'r1', key: 'deployment' }, content: { state: 'inactive' } },
  ])
  expect(of('failed')).toEqual([])
  expect(of('succeeded', false)).toEqual([])
})
