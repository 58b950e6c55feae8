// A step without a server has nobody to ask: what needs a person's word is refused before anything is touched, never skipped.

import type { Environment } from '../../../src/config/config.ts'
import type { Plan } from '../../../src/core/plan.ts'
import { StepFault } from '../way.ts'

/** Throws `StepFault`. Whoever could continue or approve it comes when the job, and with it the engine, is gone. */
export function refuseWaits({ stages }: Plan, { name, approvals }: Pick<Environment, 'name' | 'approvals'>): void {
  if (approvals) {
    const instead = 'use a server, or required reviewers of the environment on GitHub instead of approvals'
    throw needsPerson(`deploys to ${name} need approvals, and in direct mode nobody can be asked: ${instead}`)
  }
  const stage = stages.slice(0, -1).find(({ after }) => after.kind === 'wait')
  if (!stage) return
  const instead = 'use zones in jobs of their own, or a server'
  throw needsPerson(
    `the plan waits for a person after ${stage.name}, and in direct mode nobody can be asked: ${instead}`,
  )
}

function needsPerson(message: string): StepFault {
  return new StepFault('needs-a-person', message)
}
