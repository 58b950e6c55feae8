// GitHub as a surface: which objects tell of a rollout there, and what their writes are counted against.

import type { ForgePlace } from '../../core/project-deployment.ts'
import type { ForgeObject } from '../../core/project-forge.ts'
import type { ProjectionView } from '../../core/project-object.ts'
import { projectRollout } from '../../core/project-rollout.ts'
import type { Forge, Surface } from '../../engine/ports-outside.ts'

/** What GitHub allows an installation, and a tenth less: a write arrives later than it was granted. */
const LIMITS = [
  { writes: 72, windowMs: 60_000 },
  { writes: 450, windowMs: 3_600_000 },
]

/** Where an environment is told of, beside its repository. */
export type PlaceOf = (view: ProjectionView) => Omit<ForgePlace, 'repository'>

/** Nothing is told of releases that no repository of GitHub's has. */
export function createGithubSurface(forge: Forge, placeOf: PlaceOf): Surface<ForgeObject> {
  return {
    name: 'github',
    outside: forge,
    desired(view) {
      const { repository } = view.plan.work.release
      return repository === undefined ? [] : projectRollout(view, { ...placeOf(view), repository })
    },
    // An account has one installation of the App.
    budgets: ({ content }) => [{ key: `github/${content.repository.split('/')[0]?.toLowerCase()}`, limits: LIMITS }],
  }
}
