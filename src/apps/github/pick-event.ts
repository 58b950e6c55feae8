// Picks from GitHub's payloads what the handlers need. The payloads are as their signature proved them; people are numbers here.

import type { Context } from 'probot'
import type { Person } from '../../core/intent.ts'
import type { ActionEvent } from './on-check-run-action.ts'
import type { ChecksEvent } from './on-checks.ts'
import type { DeploymentEvent } from './on-deployment.ts'
import type { PushEvent } from './on-push.ts'
import type { CommentEvent } from './scene.ts'

type Account = { id: number; login: string; type?: string | undefined }

export function pickPush(
  intent: string,
  { repository, ref, after, deleted, sender }: Context<'push'>['payload'],
): PushEvent {
  const by = personOf(sender ?? NOBODY)
  return { intent, repository: repository.full_name, ref, commit: after, deleted, by }
}

export function pickComment(intent: string, payload: Context<'issue_comment.created'>['payload']): CommentEvent {
  const { repository, issue, comment, sender } = payload
  const by = comment.user ?? NOBODY
  return {
    ...{ intent, repository: repository.full_name, issue: issue.number, onPull: issue.pull_request !== undefined },
    ...{ comment: comment.id, body: comment.body, at: Date.parse(comment.created_at), by: personOf(by) },
    byMachine: isMachine(by) || isMachine(sender) || sender.id !== by.id || Boolean(comment.performed_via_github_app),
  }
}

export function pickDeployment(
  intent: string,
  payload: Context<'deployment.created'>['payload'],
  ownAppId: number,
): DeploymentEvent {
  const { repository, deployment, workflow_run } = payload
  const creator = deployment.creator ?? NOBODY
  const by = isMachine(creator) ? (workflow_run?.triggering_actor ?? creator) : creator
  return {
    ...{ intent, repository: repository.full_name, deployment: deployment.id, commit: deployment.sha },
    ...{ ref: deployment.ref, task: deployment.task, environment: deployment.environment },
    own: deployment.performed_via_github_app?.id === ownAppId || holdsMarker(deployment.payload),
    ...{ by: personOf(by), byMachine: isMachine(creator), byNobody: isMachine(by) },
  }
}

export function pickAction(intent: string, payload: Context<'check_run.requested_action'>['payload']): ActionEvent {
  const { repository, check_run, requested_action, sender } = payload
  return {
    ...{ intent, repository: repository.full_name, commit: check_run.head_sha, by: personOf(sender) },
    ...{ marker: check_run.external_id ?? '', action: requested_action?.identifier ?? '' },
  }
}

export function pickStatus(intent: string, { repository, sha, sender }: Context<'status'>['payload']): ChecksEvent {
  return { intent, repository: repository.full_name, commit: sha, by: personOf(sender) }
}

export function pickSuite(intent: string, payload: Context<'check_suite.completed'>['payload']): ChecksEvent {
  const { repository, check_suite, sender } = payload
  return { intent, repository: repository.full_name, commit: check_suite.head_sha, by: personOf(sender) }
}

export function pickRun(intent: string, payload: Context<'check_run.completed'>['payload']): ChecksEvent {
  const { repository, check_run, sender } = payload
  return { intent, repository: repository.full_name, commit: check_run.head_sha, by: personOf(sender) }
}

/** Nobody has the right of account 0. */
const NOBODY: Account = { id: 0, login: 'ghost', type: 'Bot' }

function personOf({ id, login }: Account): Person {
  return { via: 'github', id: String(id), name: login }
}

function isMachine({ type }: Account): boolean {
  return type !== 'User'
}

/** Who copies our marker only says that it is not to be carried out. */
function holdsMarker(payload: unknown): boolean {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
  return text.includes('"houston"')
}
