// A deploy that somebody asks for: its plan in short, and where the environment wants that, the question before it is carried out.

import { reportPlan } from '../../core/report-plan.ts'
import type { Act, Acted } from '../../engine/ports-desk.ts'
import { planLines, shortPlanLines } from '../cli/words/plan.ts'
import { confirmButtons } from './confirmation.ts'
import type { Said } from './door/talk.ts'
import type { Means } from './means.ts'
import { askerOf, type Scene } from './scene.ts'
import { tellActed, tellRefusal } from './tell.ts'
import { saidLines } from './words.ts'

export type Deploy = Extract<Act, { verb: 'deploy' }>

export type Order = {
  deploy: Deploy
  /** Only the plan is wanted. */
  show: boolean
  /** A person must confirm the plan. */
  confirms: boolean
}

export async function order(means: Means, scene: Scene, { deploy, show, confirms }: Order): Promise<Said> {
  const { target } = deploy
  const plan = await means.desk.plan(askerOf(scene), deploy)
  if (plan.kind === 'refused' && show) return await tellRefusal(means, scene, { refusal: plan, target })
  // Refused as an act, it is in the audit.
  if (plan.kind === 'refused')
    return await tellActed(means, scene, { act: deploy, acted: await act(means, scene, deploy) })
  const report = reportPlan(plan)
  if (show) return saidLines(`Plan for ${target.environment}`, planLines(report))
  const lines = shortPlanLines(report)
  if (confirms)
    return saidLines(`Deploy to ${target.environment}?`, lines, [confirmButtons(deploy, plan.digest, scene.intent)])
  const acted = await act(means, scene, deploy)
  return acted.kind === 'begun'
    ? saidLines('Begun. Its message tells how it goes.', lines)
    : await tellActed(means, scene, { act: deploy, acted })
}

async function act(means: Means, scene: Scene, deploy: Deploy): Promise<Acted> {
  return await means.desk.act(askerOf(scene), deploy)
}
