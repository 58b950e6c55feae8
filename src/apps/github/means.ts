// What the handling of GitHub's events works with. No wiring here.

import type { FetchArchive } from '../../adapters/github/archive.ts'
import type { Github } from '../../adapters/github/octokit.ts'
import type { Settings } from '../../config/settings.ts'
import type { Engine } from '../../engine/engine.ts'
import type { Store } from '../../engine/ports.ts'
import type { Forge, ProjectionStore, Surface } from '../../engine/ports-outside.ts'

export type Means = {
  engine: Engine
  store: Store
  github: Github
  forge: Forge
  /** Says what a write to GitHub is counted against. */
  surface: Pick<Surface, 'budgets'>
  projections: Pick<ProjectionStore, 'take' | 'pause'>
  /** Grants: which repository may reach which hosts. */
  settings: Settings
  fetchArchive: FetchArchive
  now: () => number
}
