// What the handling of GitHub's events works with. No wiring here.

import type { Forge, ProjectionStore, Surface } from '../../engine/ports-outside.ts'
import type { Means as DeskMeans } from '../desk/means.ts'

export type Means = DeskMeans & {
  forge: Forge
  /** Says what a write to GitHub is counted against. */
  surface: Pick<Surface, 'budgets'>
  projections: Pick<ProjectionStore, 'take' | 'pause'>
  now: () => number
}
