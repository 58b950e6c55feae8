// The Probot app: which events reach which handler. It decides nothing, and knows no payload.

import type { Probot } from 'probot'
import { inboxId } from '../engine/ports-inbox.ts'
import { Later, laterMs } from './desk/later.ts'
import type { Means } from './github/means.ts'
import { onCheckRunAction } from './github/on-check-run-action.ts'
import { onChecks } from './github/on-checks.ts'
import { onComment } from './github/on-comment.ts'
import { onDeployment } from './github/on-deployment.ts'
import { onPush } from './github/on-push.ts'
import {
  pickAction,
  pickComment,
  pickDeployment,
  pickPush,
  pickRun,
  pickStatus,
  pickSuite,
} from './github/pick-event.ts'

/** The source of GitHub's messages in the inbox; an event's id is its message's key. */
export const GITHUB = 'github'

/** Handlers throw `Later` when they are to be asked again, and faults as they are. */
export function githubApp(means: Means): (app: Probot) => void {
  const { appId } = means.github
  return (app) => {
    app.on('push', ({ id, payload }) => carry(id, (intent) => onPush(means, pickPush(intent, payload))))
    app.on('issue_comment.created', ({ id, payload }) => {
      return carry(id, (intent) => onComment(means, pickComment(intent, payload)))
    })
    app.on('deployment.created', ({ id, payload }) => {
      return carry(id, (intent) => onDeployment(means, pickDeployment(intent, payload, appId)))
    })
    app.on('check_run.requested_action', ({ id, payload }) => {
      if (payload.check_run.app?.id !== appId) return
      return carry(id, (intent) => onCheckRunAction(means, pickAction(intent, payload)))
    })
    app.on('status', ({ id, payload }) => {
      if (payload.state !== 'success') return
      return carry(id, (intent) => onChecks(means, pickStatus(intent, payload)))
    })
    app.on('check_suite.completed', ({ id, payload }) => {
      if (payload.check_suite.app?.id === appId) return
      return carry(id, (intent) => onChecks(means, pickSuite(intent, payload)))
    })
    app.on('check_run.completed', ({ id, payload }) => {
      // Of a suite that is at work still: its last run comes later.
      if (payload.check_run.app?.id === appId || payload.check_run.check_suite?.status !== 'completed') return
      return carry(id, (intent) => onChecks(means, pickRun(intent, payload)))
    })
  }
}

async function carry(delivery: string, handle: (intent: string) => Promise<void>): Promise<void> {
  try {
    await handle(inboxId({ source: GITHUB, key: delivery }) ?? delivery)
  } catch (error) {
    const afterMs = laterMs(error)
    throw afterMs === undefined ? error : new Later(afterMs, String(error))
  }
}
