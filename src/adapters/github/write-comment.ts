// The comment that is kept up to date on an issue or a pull request. The marker is an HTML comment on its first line; it
// counts only in comments that this App wrote, because anybody can copy it.

import { bounded } from '../../core/escape-markdown.ts'
import type { ForgeContent } from '../../core/project-forge.ts'
import { pages } from './pages.ts'
import { done, sent, type Writer } from './writer.ts'

const MOST_BODY = 65_536

export const comments: Writer<ForgeContent<'comment'>> = {
  async find(desk, { marker, content }) {
    const wanted = { ...sent(desk), issue_number: content.issue, per_page: 100 }
    for await (const data of pages((page) => desk.octokit.rest.issues.listComments({ ...wanted, page }))) {
      const found = data.find(
        (each) => each.performed_via_github_app?.id === desk.appId && each.body?.startsWith(hidden(marker)),
      )
      if (found) return String(found.id)
    }
    return undefined
  },

  async create(desk, { marker, content }) {
    const { data } = await desk.octokit.rest.issues.createComment({
      ...{ ...sent(desk), issue_number: content.issue, body: bodyOf(marker, content) },
    })
    return done(data.id)
  },

  async update(desk, id, { marker, content }) {
    const body = bodyOf(marker, content)
    await desk.octokit.rest.issues.updateComment({ ...sent(desk), comment_id: Number(id), body })
    return done(id)
  },
}

function bodyOf(marker: string, { body }: ForgeContent<'comment'>): string {
  return bounded(`${hidden(marker)}\n${body}`, MOST_BODY)
}

function hidden(marker: string): string {
  return `<!-- houston:${marker} -->`
}
