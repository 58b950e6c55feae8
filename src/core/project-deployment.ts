// A rollout as the forge's deployment: the record itself, and a status at each change of phase. Pure; words are short,
// because the forge cuts them.

import { approvalWords } from './approval.ts'
import type { DeploymentState, ForgeObject } from './project-forge.ts'
import type { Desired, ProjectionView } from './project-object.ts'
import { type RolloutReport, reportRollout } from './report.ts'
import { hasEnded, type RolloutPhase } from './rollout.ts'

/** Where an environment's deployments are recorded. */
export type ForgePlace = {
  repository: string
  production: boolean
  logUrl?: string
  environmentUrl?: string
  /** A fleet of at most so many hosts has a check run a host. */
  hostsWithRuns?: number
}

/** GitHub's limit. */
const MOST_DESCRIPTION = 140
/** With more stages than this their bakes and waits are not told: each would cost two of the few statuses there are. */
const MOST_STAGES = 8

/** Nothing for a release that is no commit: a forge records only those. */
export function projectDeployment(view: ProjectionView, place: ForgePlace): Desired<ForgeObject>[] {
  const report = reportRollout(view)
  const { repository, production } = place
  if (report.commit === undefined) return []
  const { commit, environment, kind: task } = report
  const carried = (view.origin?.issues ?? []).map((issue) => `#${issue}`).join(', ')
  const by = `${task} ${report.release} by ${report.requestedBy}`
  const description = cut(carried === '' ? by : `${by}, carries ${carried}`)
  const adopted = view.origin?.deployment
  const deployment = {
    ...({ kind: 'deployment', repository, commit, environment, production, task, description } as const),
    ...(adopted !== undefined && { adopted }),
  }
  return [
    { key: 'deployment', content: deployment, urgency: 'final', when: 'update' },
    statusOf(report, place),
    ...replaced(view, place),
  ]
}

function statusOf(report: RolloutReport, { repository, logUrl, environmentUrl }: ForgePlace): Desired<ForgeObject> {
  const ended = hasEnded(report.phase)
  return {
    key: 'status',
    parent: { key: 'deployment' },
    urgency: ended ? 'final' : 'phase',
    when: 'append',
    content: {
      kind: 'deployment-status',
      repository,
      ...told(report),
      ...(logUrl !== undefined && { logUrl }),
      ...(environmentUrl !== undefined && { environmentUrl }),
    },
  }
}

/** GitHub makes older deployments inactive only outside production, so those that this one took the place of are told so. */
function replaced({ cursor, earlier }: ProjectionView, { repository, production }: ForgePlace): Desired<ForgeObject>[] {
  if (!production || cursor.phase !== 'succeeded') return []
  const last = earlier.find(({ phase }) => phase === 'succeeded')
  if (!last) return []
  return [
    {
      key: `inactive/${last.rollout}`,
      parent: { rollout: last.rollout, key: 'deployment' },
      urgency: 'phase',
      when: 'append',
      content: { kind: 'deployment-status', repository, state: 'inactive', description: 'replaced by a newer release' },
    },
  ]
}

const STATES: Readonly<Record<RolloutPhase, DeploymentState>> = {
  unapproved: 'pending',
  gated: 'queued',
  running: 'in_progress',
  baking: 'in_progress',
  waiting: 'pending',
  halting: 'in_progress',
  halted: 'failure',
  succeeded: 'success',
  failed: 'failure',
  aborted: 'error',
  superseded: 'error',
}

function told(report: RolloutReport): { state: DeploymentState; description: string } {
  const { phase, stage } = report
  const quiet = (phase === 'baking' || phase === 'waiting') && (stage?.of ?? 0) > MOST_STAGES
  if (quiet) return told({ ...report, phase: 'running' })
  return { state: STATES[phase], description: cut(describe(report)) }
}

/** No counts while it runs: each other description is one more status, and those are capped. */
function describe({ phase, hosts, stage, approvals }: RolloutReport): string {
  const unwell = hosts.failed + hosts.unreachable + hosts.unknown
  if (hasEnded(phase) || phase === 'halted')
    return `${phase}: ${hosts.succeeded} of ${hosts.planned} hosts done, ${unwell} not well`
  if (phase === 'baking' || phase === 'waiting') return `${phase} after ${stage?.name ?? 'the last stage'}`
  if (phase === 'unapproved' && approvals) return approvalWords(approvals)
  return phase
}

/** By characters, not in the middle of one. */
function cut(text: string): string {
  const characters = [...text]
  return characters.length > MOST_DESCRIPTION ? `${characters.slice(0, MOST_DESCRIPTION - 1).join('')}…` : text
}
