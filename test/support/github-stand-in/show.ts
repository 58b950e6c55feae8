// What the stand-in knows, in GitHub's words: the same objects in answers and in webhooks. Pure.

import {
  type CheckRun,
  type Comment,
  type Commit,
  type Deployment,
  type DeploymentStatus,
  fullName,
  type Issue,
  isPull,
  type Person,
  type Pull,
  type Reaction,
  type Repository,
  type World,
} from './world.ts'

export function iso(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+/, '')
}

export function showPerson({ id, login, type }: Person) {
  return { id, login, type, node_id: `U_${id}`, site_admin: false, html_url: `https://github.test/${login}` }
}

export function showRepository(repository: Repository) {
  const { id, owner, name, fork, defaultBranch } = repository
  const full_name = fullName(repository)
  return {
    ...{ id, node_id: `R_${id}`, name, full_name, fork, private: repository.private, owner: showPerson(owner) },
    ...{ default_branch: defaultBranch, html_url: `https://github.test/${full_name}`, archived: false },
  }
}

export function showApp(world: World, id: number) {
  const slug = id === world.app.id ? world.app.slug : world.ci.slug
  return { id, slug, name: slug, node_id: `A_${id}`, owner: showPerson(world.app.bot) }
}

export function showCommit({ sha, parents, message, author, committer = author, at }: Commit) {
  const who = { name: author.login, email: `${author.login}@acme.test`, date: iso(at) }
  return {
    ...{ sha, node_id: `C_${sha}`, author: showPerson(author), committer: showPerson(committer) },
    commit: { message, author: who, committer: who },
    parents: parents.map((parent) => ({ sha: parent })),
  }
}

export function showIssue(issue: Issue | Pull) {
  const { id, number, title, author, at, closed } = issue
  return {
    ...{ id, number, title, user: showPerson(author), state: closed ? 'closed' : 'open', locked: false },
    ...{ created_at: iso(at), updated_at: iso(at), labels: [], author_association: 'MEMBER', body: '' },
    ...(isPull(issue) && { pull_request: { url: `https://github.test/pulls/${number}` } }),
  }
}

export function showPull(pull: Pull, repository: Repository) {
  const { from, branch, base, merged } = pull
  const side = (of: Repository, ref: string) => ({
    ...{ ref, label: `${of.owner.login}:${ref}`, sha: of.branches.get(ref) ?? '' },
    ...{ user: showPerson(of.owner), repo: showRepository(of) },
  })
  return {
    ...showIssue(pull),
    ...{ head: side(from, branch), base: side(repository, base), draft: false, merged: merged !== undefined },
    merged_at: merged ? iso(merged.at) : null,
    merge_commit_sha: merged?.commit ?? null,
  }
}

export function showComment(world: World, { id, body, author, app, at, edited }: Comment) {
  const via = app === undefined ? null : showApp(world, app)
  const times = { created_at: iso(at), updated_at: iso(edited) }
  return { id, body, user: showPerson(author), ...times, author_association: 'MEMBER', performed_via_github_app: via }
}

export function showReaction({ id, content, author }: Reaction) {
  return { id, content, user: showPerson(author), created_at: iso(0) }
}

export function showDeployment(world: World, deployment: Deployment) {
  const { id, sha, ref, task, environment, description, payload, author, app, at, production } = deployment
  return {
    ...{ id, node_id: `D_${id}`, sha, ref, task, environment, original_environment: environment, description },
    ...{ payload, creator: showPerson(author), created_at: iso(at), updated_at: iso(at) },
    ...{ production_environment: production, transient_environment: false },
    performed_via_github_app: app === undefined ? null : showApp(world, app),
  }
}

export function showDeploymentStatus(world: World, status: DeploymentStatus) {
  const { id, state, description, logUrl, environmentUrl, author, app, at } = status
  return {
    ...{ id, state, description, creator: showPerson(author), created_at: iso(at), updated_at: iso(at) },
    ...{ log_url: logUrl ?? '', environment_url: environmentUrl ?? '', target_url: logUrl ?? '' },
    performed_via_github_app: app === undefined ? null : showApp(world, app),
  }
}

export function showCheckRun(world: World, run: CheckRun) {
  const { id, sha, name, app, externalId, status, conclusion, output, detailsUrl, startedAt, completedAt } = run
  return {
    ...{ id, node_id: `CR_${id}`, head_sha: sha, name, external_id: externalId, status, conclusion, output },
    ...{ details_url: detailsUrl, started_at: startedAt, completed_at: completedAt, pull_requests: [] },
    ...{ app: showApp(world, app), check_suite: { id: suiteId(run) } },
  }
}

/** A suite is what an App's runs on a commit are together. */
export function suiteId({ sha, app }: Pick<CheckRun, 'sha' | 'app'>): number {
  return Number.parseInt(sha.slice(0, 8), 16) + app
}

export function showSuites(world: World, runs: readonly CheckRun[]) {
  const ids = [...new Set(runs.map(suiteId))]
  return ids.flatMap((id) => {
    const own = runs.filter((run) => suiteId(run) === id)
    const [first] = own
    if (!first) return []
    const done = own.every(({ status }) => status === 'completed')
    const bad = own.find(({ conclusion }) => conclusion !== 'success')
    return {
      ...{ id, head_sha: first.sha, app: showApp(world, first.app), latest_check_runs_count: own.length },
      ...{ status: done ? 'completed' : 'in_progress', conclusion: done ? (bad?.conclusion ?? 'success') : null },
      pull_requests: [],
    }
  })
}
