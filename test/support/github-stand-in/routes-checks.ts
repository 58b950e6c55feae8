// Check runs and suites, and the older commit statuses.

import { z } from 'zod'
import { type Call, notFound, param, type Route, repositoryOf } from './call.ts'
import { resolve } from './history.ts'
import { showCheckRun, showSuites, suiteId } from './show.ts'
import type { CheckRun, Repository } from './world.ts'

const action = z.object({
  label: z.string().min(1).max(20),
  identifier: z.string().min(1).max(20),
  description: z.string().max(40),
})
const text = z.string().max(65_535)
const change = z.object({
  name: z.string().optional(),
  head_sha: z.string().optional(),
  external_id: z.string().optional(),
  details_url: z.string().optional(),
  status: z.enum(['queued', 'in_progress', 'completed']).optional(),
  conclusion: z.string().optional(),
  started_at: z.string().optional(),
  completed_at: z.string().optional(),
  output: z.object({ title: z.string(), summary: text, text: text.optional() }).optional(),
  actions: z.array(action).max(3).optional(),
})

export const checkRoutes: Record<string, Route> = {
  'POST /repos/{owner}/{repo}/check-runs': (call) => {
    const repository = repositoryOf(call)
    const asked = change.parse(call.body)
    const sha = resolve(repository, asked.head_sha ?? '')?.sha ?? notFound()
    const run: CheckRun = {
      ...{ id: call.world.nextId(), sha, name: asked.name ?? '', app: call.world.app.id, externalId: '' },
      ...{ status: 'queued', conclusion: null, detailsUrl: null, startedAt: null, completedAt: null, actions: [] },
      output: { title: null, summary: null, text: null },
    }
    apply(run, asked)
    repository.checkRuns.push(run)
    tell(call, repository, run, 'created')
    return { status: 201, body: showCheckRun(call.world, run) }
  },
  'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': (call) => {
    const repository = repositoryOf(call)
    const id = Number(param(call, 'check_run_id'))
    const run = repository.checkRuns.find((each) => each.id === id) ?? notFound()
    apply(run, change.parse(call.body))
    if (run.status === 'completed') tell(call, repository, run, 'completed')
    return { status: 200, body: showCheckRun(call.world, run) }
  },
  'GET /repos/{owner}/{repo}/commits/{ref}/check-runs': (call) => {
    const name = call.query.get('check_name')
    const app = call.query.get('app_id')
    const runs = runsOf(call).filter((run) => (name ?? run.name) === run.name && Number(app ?? run.app) === run.app)
    const latest = call.query.get('filter') === 'all' ? runs : newestOfEach(runs)
    return { status: 200, list: latest.map((run) => showCheckRun(call.world, run)), envelope: 'check_runs' }
  },
  'GET /repos/{owner}/{repo}/commits/{ref}/check-suites': (call) => {
    return { status: 200, list: showSuites(call.world, runsOf(call)), envelope: 'check_suites' }
  },
  'GET /repos/{owner}/{repo}/commits/{ref}/status': (call) => {
    const repository = repositoryOf(call)
    const { sha } = resolve(repository, param(call, 'ref')) ?? notFound()
    const newest = new Map(repository.statuses.filter((each) => each.sha === sha).map((each) => [each.context, each]))
    const statuses = [...newest.values()].map(({ id, context, state }) => ({ id, context, state }))
    const state = statuses.every((each) => each.state === 'success') ? 'success' : 'pending'
    return { status: 200, body: { sha, state, statuses, total_count: statuses.length } }
  },
}

function runsOf(call: Call): CheckRun[] {
  const repository = repositoryOf(call)
  const { sha } = resolve(repository, param(call, 'ref')) ?? notFound()
  return repository.checkRuns.filter((run) => run.sha === sha)
}

function newestOfEach(runs: readonly CheckRun[]): CheckRun[] {
  return [...new Map(runs.map((run) => [`${suiteId(run)} ${run.name}`, run])).values()]
}

function apply(run: CheckRun, asked: z.infer<typeof change>): void {
  run.name = asked.name ?? run.name
  run.externalId = asked.external_id ?? run.externalId
  run.detailsUrl = asked.details_url ?? run.detailsUrl
  run.status = asked.conclusion === undefined ? (asked.status ?? run.status) : 'completed'
  run.conclusion = run.status === 'completed' ? (asked.conclusion ?? run.conclusion) : null
  run.startedAt = asked.started_at ?? run.startedAt
  run.completedAt = asked.completed_at ?? run.completedAt
  run.actions = asked.actions ?? run.actions
  if (asked.output) run.output = { ...asked.output, text: asked.output.text ?? run.output.text }
}

function tell({ world, emit }: Call, repository: Repository, run: CheckRun, action: string): void {
  emit('check_run', { action, check_run: showCheckRun(world, run) }, repository)
}
