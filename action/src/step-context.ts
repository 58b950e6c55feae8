// What a step knows of the job that it runs in, read once from the runner's variables. Nothing here is secret but `inputs`.

import type { Person } from '../../src/core/intent.ts'
import { plainUrl } from '../../src/core/plain-url.ts'
import type { Verb } from './contract.ts'
import type { Inputs } from './inputs.ts'
import type { RunnerLog } from './runner-log.ts'

export type Variables = Readonly<Record<string, string | undefined>>

export type StepContext = {
  verb: Verb
  inputs: Inputs
  env: Variables
  log: RunnerLog
  /** The workflow, in the name of whoever set it going. */
  by: Person
  /** The run's page on GitHub. */
  jobUrl?: string
}

export function stepContext(of: Pick<StepContext, 'verb' | 'inputs' | 'env' | 'log'>): StepContext {
  const { GITHUB_REPOSITORY_ID = '', GITHUB_RUN_ID = '', GITHUB_ACTOR_ID = '', GITHUB_ACTOR = '' } = of.env
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY } = of.env
  const by: Person = {
    ...{ via: 'workflow', id: `${GITHUB_REPOSITORY_ID}/${GITHUB_ACTOR_ID}`, door: 'action' },
    name: GITHUB_ACTOR === '' ? 'a workflow' : GITHUB_ACTOR,
  }
  const jobUrl = plainUrl(`${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`)
  return { ...of, by, ...(jobUrl !== undefined && { jobUrl }) }
}
