// The port `Forge` in memory: a forge of one installation with GitHub's limits, and a surface on it for tests.

import { projectDeployment } from '../../src/core/project-deployment.ts'
import type { ForgeObject } from '../../src/core/project-forge.ts'
import type { Desired, ProjectionView } from '../../src/core/project-object.ts'
import { reportRollout } from '../../src/core/report.ts'
import { hasEnded } from '../../src/core/rollout.ts'
import type { Clock } from '../../src/engine/ports.ts'
import type { Forge, Surface } from '../../src/engine/ports-outside.ts'
import { FakeOutside } from './fake-outside.ts'

/** What GitHub allows an installation. */
export const FORGE_LIMITS = [
  { writes: 80, windowMs: 60_000 },
  { writes: 500, windowMs: 3_600_000 },
]

export class FakeForge extends FakeOutside<ForgeObject> implements Forge {
  constructor(clock: Clock) {
    super(clock, FORGE_LIMITS)
  }

  /** The states that the deployment of a rollout went through. */
  states(rollout: string): string[] {
    const statuses = this.standing.filter(({ marker }) => marker.startsWith(`${rollout}/status/`))
    return statuses.map(({ id }) => {
      const content = this.newest(id)
      return content?.kind === 'deployment-status' ? content.state : ''
    })
  }
}

/** A little below the limits: a write arrives later than it was granted. */
const BUDGET = {
  key: 'installation:1',
  limits: FORGE_LIMITS.map((limit) => ({ ...limit, writes: limit.writes * 0.9 })),
}

/** Each object gets its turn, and none uses up what is there for all. */
const PROGRESS = { writes: 1, windowMs: 30_000 }

/** A deployment with its statuses, and a check run for each zone, which follows the progress of its hosts. */
export function forgeSurface(outside: Forge): Surface<ForgeObject> {
  return {
    name: 'forge',
    outside,
    desired: (view) => [...projectDeployment(view, PLACE), ...checkRuns(view)],
    budgets: ({ key, urgency }, rollout) =>
      urgency === 'progress' ? [BUDGET, { key: `progress:${rollout}/${key}`, limits: [PROGRESS] }] : [BUDGET],
  }
}

const PLACE = { repository: 'acme/shop', production: true }

function checkRuns(view: ProjectionView): Desired<ForgeObject>[] {
  const { zones, phase, commit = '' } = reportRollout(view)
  const ended = hasEnded(phase)
  return zones.map(({ name, hosts }) => ({
    key: `zone/${name}`,
    urgency: ended ? 'final' : 'progress',
    when: 'update',
    content: {
      ...{ kind: 'check-run', repository: PLACE.repository, commit, name, actions: [], title: phase },
      status: ended ? 'completed' : 'in_progress',
      summary: JSON.stringify(hosts),
      ...(ended && { conclusion: phase === 'succeeded' ? 'success' : 'failure' }),
    },
  }))
}
