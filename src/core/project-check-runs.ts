// A rollout as check runs on its commit: one a host while the fleet is small, else one a zone with its hosts in a table.
// What can be done next are buttons, which the forge shows on completed runs. Pure.

import { codeSpan } from './escape-markdown.ts'
import { projectApprovalRun } from './project-approval-run.ts'
import type { ForgePlace } from './project-deployment.ts'
import { failureList, logTails } from './project-failure-list.ts'
import type { ForgeContent, ForgeObject } from './project-forge.ts'
import { headline, progress, unwellOf } from './project-headline.ts'
import { type HostRow, hostTable } from './project-host-table.ts'
import type { Desired, ProjectionView, Urgency } from './project-object.ts'
import { type RolloutReport, reportRollout } from './report.ts'
import { groupFailures } from './report-failures.ts'
import type { Count } from './report-hosts.ts'
import type { NextStep } from './report-next.ts'
import { type HostPhase, hasBegun, hasEnded, type RolloutPhase } from './rollout.ts'

/** A fleet of so many hosts has a run a host; each run costs writes, and those are capped. */
export const HOSTS_WITH_RUNS = 25
/** Below the forge's 65,535 characters, so that nothing is cut. */
const MOST_TABLE = 60_000

/** What one check run is about. */
type Group = { key: string; name: string; rows: readonly (HostRow & { index: number })[] }

/** Nothing for a release that is no commit; no hosts before any may be touched. */
export function projectCheckRuns(view: ProjectionView, place: ForgePlace): Desired<ForgeObject>[] {
  const report = reportRollout(view)
  const { commit } = report
  if (commit === undefined) return []
  const approval = projectApprovalRun(view, report, { ...place, commit })
  if (!hasBegun(view.cursor)) return approval
  const few = view.hosts.length <= (place.hostsWithRuns ?? HOSTS_WITH_RUNS)
  const groups = few ? hostGroups(view) : zoneGroups(view)
  return [...approval, ...groups.map((group) => checkRun({ view, report, place, commit }, group))]
}

type Whole = { view: ProjectionView; report: RolloutReport; place: ForgePlace; commit: string }

function checkRun({ view, report, place, commit }: Whole, group: Group): Desired<ForgeObject> {
  const { phase } = report
  const hosts = countOf(group)
  const state = stateOf(phase, hosts)
  const done = state.status === 'completed'
  return {
    key: group.key,
    when: 'update',
    urgency: urgencyOf(phase, done),
    content: {
      ...{ kind: 'check-run', repository: place.repository, commit, ...state, ...timesOf(group) },
      name: `${report.application} ${report.environment} / ${group.name}`,
      title: progress(phase, hosts),
      summary: summaryOf(view, report, group),
      text: hostTable(group.rows, MOST_TABLE),
      actions: done ? buttonsOf(report.next) : [],
      ...(place.logUrl !== undefined && { detailsUrl: place.logUrl }),
    },
  }
}

function hostGroups({ plan, hosts }: ProjectionView): Group[] {
  return hosts.flatMap((state, index) => {
    const name = plan.hosts[index]?.host.name
    return name === undefined ? [] : [{ key: `check/host/${index}`, name, rows: [{ name, state, index }] }]
  })
}

function zoneGroups({ plan, hosts }: ProjectionView): Group[] {
  const rows = plan.zones.map((): Group['rows'][number][] => [])
  hosts.forEach((state, index) => {
    const planned = plan.hosts[index]
    if (planned) rows[planned.zone]?.push({ name: planned.host.name, state, index })
  })
  return plan.zones.flatMap(({ name }, index) => {
    const own = rows[index] ?? []
    return own.length === 0 ? [] : [{ key: `check/zone/${index}`, name, rows: own }]
  })
}

/** A rollout that stopped completes its runs, so that their buttons appear. */
function stateOf(phase: RolloutPhase, hosts: Count): Pick<ForgeContent<'check-run'>, 'status' | 'conclusion'> {
  const open = hosts.queued + hosts.running
  if (open > 0 && !hasEnded(phase) && phase !== 'halted')
    return { status: open === hosts.planned && hosts.running === 0 ? 'queued' : 'in_progress' }
  if (unwellOf(hosts) > 0) return { status: 'completed', conclusion: 'failure' }
  if (open > 0) return { status: 'completed', conclusion: phase === 'halted' ? 'action_required' : 'cancelled' }
  return { status: 'completed', conclusion: hosts.succeeded > 0 ? 'success' : 'neutral' }
}

function urgencyOf(phase: RolloutPhase, done: boolean): Urgency {
  if (hasEnded(phase) || phase === 'halted') return 'final'
  return done ? 'phase' : 'progress'
}

function timesOf({ rows }: Group): Pick<ForgeContent<'check-run'>, 'startedAt' | 'completedAt'> {
  const begun = rows.flatMap(({ state }) => state.startedAt ?? [])
  const ended = rows.flatMap(({ state }) => state.finishedAt ?? [])
  return {
    ...(begun.length > 0 && { startedAt: begun.reduce((least, at) => Math.min(least, at)) }),
    ...(ended.length > 0 && { completedAt: ended.reduce((most, at) => Math.max(most, at)) }),
  }
}

function summaryOf(view: ProjectionView, report: RolloutReport, { name, rows }: Group): string {
  const own = new Set(rows.map(({ index }) => index))
  const { plan } = view
  const failures = groupFailures(
    { ...plan, hosts: plan.hosts.filter((_, index) => own.has(index)) },
    rows.map(({ state }) => state),
  )
  const names = new Set(rows.map((row) => row.name))
  const tails = (view.tails ?? []).filter(({ host }) => names.has(host))
  return [headline(report), codeSpan(name), failureList(failures), logTails(tails)]
    .filter((part) => part !== '')
    .join('\n\n')
}

function countOf({ rows }: Group): Count {
  const of = (phase: HostPhase) => rows.filter(({ state }) => state.phase === phase).length
  return {
    planned: rows.length,
    queued: of('queued'),
    running: of('running'),
    succeeded: of('succeeded'),
    failed: of('failed'),
    unreachable: of('unreachable'),
    unknown: of('unknown'),
    skipped: of('skipped'),
  }
}

type Button = ForgeContent<'check-run'>['actions'][number]

const BUTTONS: Readonly<Partial<Record<NextStep, Button>>> = {
  rollback: { identifier: 'rollback', label: 'Roll back', description: 'To the last release that was good here' },
  retry: { identifier: 'retry', label: 'Retry failed', description: 'Failed and never-started hosts only' },
  continue: { identifier: 'continue', label: 'Continue', description: 'Go on with the next stage' },
}

function buttonsOf(next: readonly NextStep[]): Button[] {
  return next.flatMap((step) => BUTTONS[step] ?? [])
}
