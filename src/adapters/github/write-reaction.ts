// Reactions to somebody's comment. GitHub keeps one of each kind and App, so creating it again changes nothing.

import type { ForgeContent } from '../../core/project-forge.ts'
import { type Desk, done, sent, type Writer } from './writer.ts'

export const reactions: Writer<ForgeContent<'reaction'>> = {
  find: async () => undefined,
  create: (desk, { content }) => react(desk, content),
  update: (desk, _id, { content }) => react(desk, content),
}

async function react(desk: Desk, { comment: comment_id, content }: ForgeContent<'reaction'>) {
  const { data } = await desk.octokit.rest.reactions.createForIssueComment({ ...sent(desk), comment_id, content })
  return done(data.id)
}
