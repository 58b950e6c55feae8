// Deployments: GitHub's record of a rollout. Made once and never changed; how it goes is told by its statuses. GitHub
// shall merge nothing and wait for no checks: what must open before a rollout begins are our own gates.

import { plainText } from '../../core/escape-markdown.ts'
import type { ForgeContent } from '../../core/project-forge.ts'
import { pages } from './pages.ts'
import { done, sent, type Writer } from './writer.ts'

const MOST_DESCRIPTION = 140

export const deployments: Writer<ForgeContent<'deployment'>> = {
  async find(desk, { marker, content }) {
    if (content.adopted !== undefined) return String(content.adopted)
    const { commit: sha, environment, task } = content
    const wanted = { ...sent(desk), sha, environment, task, per_page: 100 }
    for await (const data of pages((page) => desk.octokit.rest.repos.listDeployments({ ...wanted, page }))) {
      const found = data.find(({ payload }) => markerOf(payload) === marker)
      if (found) return String(found.id)
    }
    return undefined
  },

  async create(desk, { marker, content }) {
    if (content.adopted !== undefined) return done(content.adopted)
    const { status, data } = await desk.octokit.rest.repos.createDeployment({
      ...sent(desk),
      ref: content.commit,
      task: content.task,
      environment: content.environment,
      description: plainText(content.description, MOST_DESCRIPTION),
      payload: { houston: marker },
      auto_merge: false,
      required_contexts: [],
      production_environment: content.production,
      transient_environment: false,
    })
    // 202: GitHub merged something instead of making a deployment.
    if (status === 201 && 'id' in data) return done(data.id)
    return { kind: 'refused', why: `${status}: no deployment was created` }
  },

  async update(_desk, id) {
    return done(id)
  },
}

/** GitHub gives a payload back as it came, or as the JSON text of it. */
function markerOf(payload: unknown): unknown {
  if (typeof payload === 'string') return payload === '' ? undefined : markerOf(parse(payload))
  return typeof payload === 'object' && payload !== null && 'houston' in payload ? payload.houston : undefined
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'string' ? undefined : value
  } catch {
    return undefined
  }
}
