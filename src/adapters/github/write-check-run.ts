// Check runs on the commit that is rolled out. Only an App may write them; the marker is their external id.

import { bounded, plainText } from '../../core/escape-markdown.ts'
import type { ForgeContent } from '../../core/project-forge.ts'
import { pages } from './pages.ts'
import { done, sent, type Writer } from './writer.ts'

/** GitHub's limits. */
const MOST = { output: 65_535, title: 255, name: 100, actions: 3, label: 20, identifier: 20, description: 40 }

export const checkRuns: Writer<ForgeContent<'check-run'>> = {
  async find(desk, { marker, content }) {
    const wanted = {
      ...sent(desk),
      ref: content.commit,
      check_name: nameOf(content),
      app_id: desk.appId,
      per_page: 100,
    }
    const list = (page: number) => desk.octokit.rest.checks.listForRef({ ...wanted, filter: 'all', page })
    for await (const { check_runs } of pages(list)) {
      const found = check_runs.find(({ external_id }) => external_id === marker)
      if (found) return String(found.id)
    }
    return undefined
  },

  async create(desk, { marker, content }) {
    const made = { ...sent(desk), head_sha: content.commit, external_id: marker, ...fieldsOf(content) }
    const { data } = await desk.octokit.rest.checks.create(made)
    return done(data.id)
  },

  async update(desk, id, { content }) {
    await desk.octokit.rest.checks.update({ ...sent(desk), check_run_id: Number(id), ...fieldsOf(content) })
    return done(id)
  },
}

function fieldsOf(content: ForgeContent<'check-run'>) {
  const { detailsUrl, startedAt, completedAt, text } = content
  return {
    name: nameOf(content),
    ...stateOf(content),
    ...(detailsUrl !== undefined && { details_url: detailsUrl }),
    ...(startedAt !== undefined && { started_at: iso(startedAt) }),
    ...(completedAt !== undefined && content.status === 'completed' && { completed_at: iso(completedAt) }),
    output: {
      title: plainText(content.title, MOST.title),
      summary: bounded(content.summary, MOST.output),
      ...(text !== undefined && { text: bounded(text, MOST.output) }),
    },
    actions: content.actions.slice(0, MOST.actions).map(({ identifier, label, description }) => ({
      identifier: identifier.slice(0, MOST.identifier),
      label: plainText(label, MOST.label),
      description: plainText(description, MOST.description),
    })),
  }
}

/** A conclusion completes a run; a run that goes on again has none. */
function stateOf({ status, conclusion }: ForgeContent<'check-run'>) {
  return status === 'completed' ? ({ status, conclusion: conclusion ?? 'neutral' } as const) : { status }
}

function nameOf({ name }: ForgeContent<'check-run'>): string {
  return plainText(name, MOST.name)
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
