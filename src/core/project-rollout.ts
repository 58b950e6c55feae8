// All that a forge is told of a rollout, put together.

import { projectCheckRuns } from './project-check-runs.ts'
import { projectComments } from './project-comment.ts'
import { type ForgePlace, projectDeployment } from './project-deployment.ts'
import type { ForgeObject } from './project-forge.ts'
import type { Desired, ProjectionView } from './project-object.ts'

export function projectRollout(view: ProjectionView, place: ForgePlace): Desired<ForgeObject>[] {
  return [...projectDeployment(view, place), ...projectCheckRuns(view, place), ...projectComments(view, place)]
}
