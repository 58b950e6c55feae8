// Pull requests, comments and reactions.

import { z } from 'zod'
import { type Call, notFound, param, type Route, repositoryOf } from './call.ts'
import { showComment, showIssue, showPull, showReaction } from './show.ts'
import { type Comment, isPull, type Reaction, type Repository } from './world.ts'

const written = z.object({ body: z.string().max(65_536) })
const reacted = z.object({ content: z.enum(['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes']) })

export const talkRoutes: Record<string, Route> = {
  'GET /repos/{owner}/{repo}/pulls/{pull_number}': (call) => {
    const repository = repositoryOf(call)
    const pull = repository.issues.get(Number(param(call, 'pull_number')))
    return { status: 200, body: pull && isPull(pull) ? showPull(pull, repository) : notFound() }
  },
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': (call) => {
    const issue = Number(param(call, 'issue_number'))
    const comments = repositoryOf(call).comments.filter((each) => each.issue === issue)
    return { status: 200, list: comments.map((each) => showComment(call.world, each)) }
  },
  'GET /repos/{owner}/{repo}/issues/comments/{comment_id}': (call) => {
    return { status: 200, body: showComment(call.world, commentOf(call, repositoryOf(call))) }
  },
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': (call) => {
    const repository = repositoryOf(call)
    const issue = repository.issues.get(Number(param(call, 'issue_number'))) ?? notFound()
    const { now, nextId, app } = call.world
    const times = { at: now(), edited: now() }
    const { body } = written.parse(call.body)
    const comment: Comment = { id: nextId(), issue: issue.number, body, author: app.bot, app: app.id, ...times }
    repository.comments.push(comment)
    const shown = showComment(call.world, comment)
    call.emit('issue_comment', { action: 'created', issue: showIssue(issue), comment: shown }, repository)
    return { status: 201, body: shown }
  },
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': (call) => {
    const repository = repositoryOf(call)
    const comment = commentOf(call, repository)
    comment.body = written.parse(call.body).body
    comment.edited = call.world.now()
    const shown = showComment(call.world, comment)
    const issue = repository.issues.get(comment.issue) ?? notFound()
    call.emit('issue_comment', { action: 'edited', issue: showIssue(issue), comment: shown }, repository)
    return { status: 200, body: shown }
  },
  'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions': (call) => {
    const repository = repositoryOf(call)
    const comment = commentOf(call, repository)
    const { content } = reacted.parse(call.body)
    const author = call.world.app.bot
    const old = repository.reactions.find((each) => each.comment === comment.id && each.content === content)
    if (old) return { status: 200, body: showReaction(old) }
    const made: Reaction = { id: call.world.nextId(), comment: comment.id, content, author }
    repository.reactions.push(made)
    return { status: 201, body: showReaction(made) }
  },
}

function commentOf(call: Call, { comments }: Repository): Comment {
  return comments.find(({ id }) => id === Number(param(call, 'comment_id'))) ?? notFound()
}
