// What a rollout waits for before it begins, as a check run of its own with the button for it. Pure. It stays completed, whatever
// comes of it: a completed run that goes back is not shown reliably, so the hosts' runs are made when the rollout has begun.

import { missingApprovals } from './approval.ts'
import { codeSpan } from './escape-markdown.ts'
import type { ForgePlace } from './project-deployment.ts'
import type { ForgeContent, ForgeObject } from './project-forge.ts'
import { headline, waitWords, zoneTable } from './project-headline.ts'
import type { Desired, ProjectionView } from './project-object.ts'
import type { RolloutReport } from './report.ts'
import { hasBegun, type RolloutCursor } from './rollout.ts'

const APPROVE = { identifier: 'approve', label: 'Approve', description: 'Lets it begin; for a second person' }

/** Nothing for a rollout that needs no approval. */
export function projectApprovalRun(
  { cursor }: Pick<ProjectionView, 'cursor'>,
  report: RolloutReport,
  { repository, commit, logUrl }: ForgePlace & { commit: string },
): Desired<ForgeObject>[] {
  if (!cursor.approvals) return []
  const waits = cursor.phase === 'unapproved'
  const content: ForgeContent<'check-run'> = {
    ...{ kind: 'check-run', repository, commit, name: `${report.application} ${report.environment} / approval` },
    ...{ status: 'completed', ...told(cursor) },
    summary: summaryOf(cursor, report),
    actions: waits ? [APPROVE] : [],
    ...(logUrl !== undefined && { detailsUrl: logUrl }),
  }
  return [{ key: 'check/approval', content, urgency: 'phase', when: 'update' }]
}

/** Of what has begun nothing that changes: each change is a write, and those are capped. */
function summaryOf(cursor: RolloutCursor, report: RolloutReport): string {
  if (hasBegun(cursor)) return waitWords(report)
  const parts = [headline(report), waitWords(report), zoneTable(report), `Plan ${codeSpan(report.digest)}`]
  return parts.filter((part) => part !== '').join('\n\n')
}

function told(cursor: RolloutCursor): Pick<ForgeContent<'check-run'>, 'conclusion' | 'title'> {
  const { phase, approvals } = cursor
  if (hasBegun(cursor)) return { conclusion: 'success', title: 'approved' }
  if (phase !== 'unapproved' || !approvals) return { conclusion: 'cancelled', title: `${phase}: nobody approved it` }
  return { conclusion: 'action_required', title: `${missingApprovals(approvals)} of ${approvals.required} missing` }
}
