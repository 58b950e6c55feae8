// Statuses of a deployment. GitHub keeps them as a list that only grows and has no room for a marker: ours is there if the
// newest that this App wrote says the same, because the projector never writes the same thing twice in a row.

import { plainText } from '../../core/escape-markdown.ts'
import type { ForgeContent } from '../../core/project-forge.ts'
import { done, parentId, sent, type Writer } from './writer.ts'

const MOST_DESCRIPTION = 140

export const statuses: Writer<ForgeContent<'deployment-status'>> = {
  async find(desk, object) {
    const deployment_id = parentId(object)
    // The newest are on the first page.
    const { data } = await desk.octokit.rest.repos.listDeploymentStatuses({
      ...{ ...sent(desk), deployment_id, per_page: 100 },
    })
    const ours = data.filter((each) => each.performed_via_github_app?.id === desk.appId)
    const newest = ours.reduce((last, each) => (last && last.id > each.id ? last : each), ours[0])
    const { state, description } = object.content
    const same = newest?.state === state && newest.description === plainText(description, MOST_DESCRIPTION)
    return same ? String(newest.id) : undefined
  },

  async create(desk, object) {
    const { state, description, logUrl, environmentUrl } = object.content
    const { data } = await desk.octokit.rest.repos.createDeploymentStatus({
      ...{ ...sent(desk), deployment_id: parentId(object), state },
      description: plainText(description, MOST_DESCRIPTION),
      ...(logUrl !== undefined && { log_url: logUrl }),
      ...(environmentUrl !== undefined && { environment_url: environmentUrl }),
      // GitHub would spare production; those are told by statuses of their own.
      auto_inactive: false,
    })
    return done(data.id)
  },

  /** Append-only: what was written stays. */
  async update(_desk, id) {
    return done(id)
  },
}
