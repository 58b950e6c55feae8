// A deploy that a comment asks for: the commit that is meant, what may be refused about it, then the engine or only its plan.

import type { Environment } from '../../config/config.ts'
import type { Command } from '../../core/command.ts'
import type { Refusal } from '../../core/intent.ts'
import { reportPlan } from '../../core/report-plan.ts'
import { planLines } from '../cli/words/plan.ts'
import { findCommit } from './find-commit.ts'
import type { Means } from './means.ts'
import { orderDeploy } from './order-deploy.ts'
import type { Outcome, Scene } from './scene.ts'
import { toldLines } from './words.ts'

type Deploy = { command: Extract<Command, { verb: 'deploy' }>; environment: Environment }

/** `unstarted`: refused before the engine knew of it. */
export async function deployByComment(
  means: Means,
  { home, event }: Scene,
  { command, environment }: Deploy,
): Promise<Outcome | { kind: 'unstarted'; refusal: Refusal }> {
  const { intent, by, at, issue, comment, onPull } = event
  if (await means.store.causedBy(intent)) return { kind: 'begun' }
  const { ref, all, backwards, reason, plan } = command
  const wanted = { at, ...(ref !== undefined && { ref }), ...(onPull && { pull: issue }) }
  const found = await findCommit(home, wanted)
  if (found.kind === 'refused') return { kind: 'unstarted', refusal: found }
  const request = await orderDeploy(means, home, {
    ...{ environment, found, by, intent, all, backwards, automatic: false, asked: { issue, comment } },
    ...(reason !== undefined && { reason }),
  })
  if ('reason' in request && 'kind' in request) return { kind: 'unstarted', refusal: request }
  if (!plan) {
    const started = await means.engine.deploy(request)
    return started.kind === 'refused' ? started : { kind: 'begun' }
  }
  const shown = await means.engine.plan(request)
  if (shown.kind === 'refused') return shown
  return { kind: 'told', told: toldLines(`Plan for ${environment.name}`, planLines(reportPlan(shown))) }
}
