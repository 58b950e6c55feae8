// Deployments and their statuses.

import { z } from 'zod'
import { type Call, notFound, param, Refused, type Route, repositoryOf } from './call.ts'
import { resolve } from './history.ts'
import { showDeployment, showDeploymentStatus } from './show.ts'
import type { Deployment, DeploymentStatus, Repository } from './world.ts'

const wanted = z.object({
  ref: z.string(),
  task: z.string().default('deploy'),
  environment: z.string().default('production'),
  description: z.string().max(140).default(''),
  payload: z.unknown().optional(),
  auto_merge: z.boolean().default(true),
  required_contexts: z.array(z.string()).optional(),
  production_environment: z.boolean().optional(),
})
const told = z.object({
  state: z.enum(['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success']),
  description: z.string().max(140).default(''),
  log_url: z.string().optional(),
  environment_url: z.string().optional(),
})

export const deploymentRoutes: Record<string, Route> = {
  'GET /repos/{owner}/{repo}/deployments': (call) => {
    const list = repositoryOf(call).deployments.filter((each) =>
      (['sha', 'ref', 'task', 'environment'] as const).every((key) => fits(call.query.get(key), each[key])),
    )
    return { status: 200, list: [...list].reverse().map((each) => showDeployment(call.world, each)) }
  },
  'POST /repos/{owner}/{repo}/deployments': (call) => {
    const repository = repositoryOf(call)
    const { ref, task, environment, description, payload, ...flags } = wanted.parse(call.body)
    const commit = resolve(repository, ref)
    if (!commit) throw new Refused(422, `No ref found for: ${ref}`)
    if (flags.auto_merge) return { status: 202, body: { message: 'Auto-merged main into the branch on deployment.' } }
    if (flags.required_contexts?.length !== 0) throw new Refused(409, 'Conflict: Commit status checks failed.')
    const { app, now, nextId } = call.world
    const made: Deployment = {
      ...{ id: nextId(), sha: commit.sha, ref, task, environment, description, payload: payload ?? {} },
      ...{ author: app.bot, app: app.id, at: now(), statuses: [] },
      production: flags.production_environment ?? environment === 'production',
    }
    repository.deployments.push(made)
    call.emit('deployment', { action: 'created', deployment: showDeployment(call.world, made) }, repository)
    return { status: 201, body: showDeployment(call.world, made) }
  },
  'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses': (call) => {
    const { statuses } = deploymentOf(call, repositoryOf(call))
    return { status: 200, list: [...statuses].reverse().map((each) => showDeploymentStatus(call.world, each)) }
  },
  'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses': (call) => {
    const { state, description, log_url: logUrl, environment_url: environmentUrl } = told.parse(call.body)
    const { app, now, nextId } = call.world
    const status: DeploymentStatus = {
      ...{ id: nextId(), state, description, author: app.bot, app: app.id, at: now() },
      ...(logUrl !== undefined && { logUrl }),
      ...(environmentUrl !== undefined && { environmentUrl }),
    }
    deploymentOf(call, repositoryOf(call)).statuses.push(status)
    return { status: 201, body: showDeploymentStatus(call.world, status) }
  },
}

function fits(wanted: string | null, value: string): boolean {
  return wanted === null || wanted === 'none' || wanted === value
}

function deploymentOf(call: Call, { deployments }: Repository): Deployment {
  return deployments.find(({ id }) => id === Number(param(call, 'deployment_id'))) ?? notFound()
}
