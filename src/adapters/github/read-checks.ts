// Whether a commit's checks are green. Whatever is missing, pending, unknown or not readable is not green: an error of the
// API is thrown, and never becomes an answer.

import { isAbsent } from './fault.ts'
import type { Octokit } from './octokit.ts'
import { entries, pages } from './pages.ts'
import type { RepositoryPath } from './repository.ts'

export type Verdict =
  | { kind: 'green' }
  /** `why`: the names, or what is missing. */
  | { kind: 'pending' | 'failed' | 'unclear'; why: readonly string[] }

/** `required`: those that the branch's protection and rules name. `ownAppId`: our own check runs tell of rollouts. */
export type ChecksWanted = { commit: string; which: 'all' | 'required'; branch: string; ownAppId: number }

/** One check, whoever reports it. */
type Check = { name: string; appId?: number; state: 'green' | 'pending' | 'failed' | 'unclear' }
type Required = { name: string; appId?: number }

export async function readChecks(octokit: Octokit, path: RepositoryPath, wanted: ChecksWanted): Promise<Verdict> {
  const [suites, runs, statuses] = [
    await readSuites(octokit, path, wanted),
    await readRuns(octokit, path, wanted),
    await readStatuses(octokit, path, wanted),
  ]
  const checks = [...runs, ...statuses]
  if (wanted.which === 'all') return judge([...suites, ...checks])
  const required = await readRequired(octokit, path, wanted.branch)
  if (required.length === 0) return { kind: 'unclear', why: [`no check is required on ${wanted.branch}`] }
  return judge(required.flatMap((each) => fulfilling(each, checks)))
}

function judge(checks: readonly Check[]): Verdict {
  if (checks.length === 0) return { kind: 'pending', why: ['no check has reported yet'] }
  for (const kind of ['failed', 'unclear', 'pending'] as const) {
    const why = checks.filter(({ state }) => state === kind).map(({ name }) => name)
    if (why.length > 0) return { kind, why }
  }
  return { kind: 'green' }
}

function fulfilling({ name, appId }: Required, checks: readonly Check[]): Check[] {
  const found = checks.filter((each) => each.name === name && (appId === undefined || each.appId === appId))
  return found.length > 0 ? found : [{ name, state: 'pending' }]
}

/**
 * Suites show what has no run yet, as after a re-run was asked for. GitHub also makes an empty suite for each App that may
 * write checks and never does: those wait for ever and mean nothing.
 */
async function readSuites(
  octokit: Octokit,
  path: RepositoryPath,
  { commit, ownAppId }: ChecksWanted,
): Promise<Check[]> {
  const list = (page: number) => octokit.rest.checks.listSuitesForRef({ ...path, ref: commit, per_page: 100, page })
  const checks: Check[] = []
  for await (const { check_suites } of pages(list))
    for (const { id, app, status, latest_check_runs_count } of check_suites)
      if (app?.id !== ownAppId && latest_check_runs_count > 0 && status !== 'completed')
        checks.push({ name: `${app?.slug ?? 'suite'} ${id}`, state: 'pending' })
  return checks
}

async function readRuns(octokit: Octokit, path: RepositoryPath, { commit, ownAppId }: ChecksWanted): Promise<Check[]> {
  const list = (page: number) =>
    octokit.rest.checks.listForRef({ ...path, ref: commit, filter: 'latest', per_page: 100, page })
  const checks: Check[] = []
  let seen = 0
  let total = 0
  for await (const { check_runs, total_count } of pages(list)) {
    seen += check_runs.length
    total = Math.max(total, total_count)
    for (const { name, app, status, conclusion } of check_runs)
      if (app?.id !== ownAppId)
        checks.push({ name, state: stateOfRun(status, conclusion), ...(app && { appId: app.id }) })
  }
  return seen < total ? [...checks, { name: `only ${seen} of ${total} check runs`, state: 'unclear' }] : checks
}

const GREEN = new Set(['success', 'neutral', 'skipped'])
const FAILED = new Set(['failure', 'cancelled', 'timed_out', 'action_required', 'stale', 'startup_failure'])
const PENDING = new Set(['queued', 'in_progress', 'waiting', 'requested', 'pending'])

function stateOfRun(status: string, conclusion: string | null): Check['state'] {
  if (PENDING.has(status)) return 'pending'
  if (status !== 'completed' || conclusion === null) return 'unclear'
  if (GREEN.has(conclusion)) return 'green'
  return FAILED.has(conclusion) ? 'failed' : 'unclear'
}

/** The newest status of each context, by the API itself. */
async function readStatuses(octokit: Octokit, path: RepositoryPath, { commit }: ChecksWanted): Promise<Check[]> {
  const checks: Check[] = []
  for (let page = 1; ; page += 1) {
    const { data } = await octokit.rest.repos.getCombinedStatusForRef({ ...path, ref: commit, per_page: 100, page })
    for (const { context, state } of data.statuses) checks.push({ name: context, state: stateOfStatus(state) })
    if (checks.length >= data.total_count) return checks
    if (data.statuses.length === 0)
      return [...checks, { name: `only ${checks.length} of ${data.total_count} statuses`, state: 'unclear' }]
  }
}

function stateOfStatus(state: string): Check['state'] {
  if (state === 'success') return 'green'
  if (state === 'pending') return 'pending'
  return state === 'failure' || state === 'error' ? 'failed' : 'unclear'
}

/** Protection and rulesets, both: a check that either names is required. */
async function readRequired(octokit: Octokit, path: RepositoryPath, branch: string): Promise<Required[]> {
  const { data } = await octokit.rest.repos.getBranch({ ...path, branch })
  const { contexts = [], checks = [] } = data.protection.required_status_checks ?? {}
  const named = new Set(checks.map(({ context }) => context))
  const required: Required[] = [
    ...checks.map(({ context, app_id }) => requiredOf(context, app_id)),
    ...contexts.filter((name) => !named.has(name)).map((name) => ({ name })),
  ]
  const list = (page: number) => octokit.rest.repos.getBranchRules({ ...path, branch, per_page: 100, page })
  const rules = await entries(list).catch((error: unknown) => {
    // An old Enterprise Server has no rulesets.
    if (isAbsent(error)) return []
    throw error
  })
  for (const rule of rules)
    if (rule.type === 'required_status_checks')
      for (const { context, integration_id } of rule.parameters?.required_status_checks ?? [])
        required.push(requiredOf(context, integration_id))
  return required
}

/** GitHub writes "any App" as null or -1. */
function requiredOf(name: string, appId: number | null | undefined): Required {
  return appId === null || appId === undefined || appId < 0 ? { name } : { name, appId }
}
