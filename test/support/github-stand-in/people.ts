// What people and other Apps do at GitHub: push, open and merge pull requests, comment, press buttons, report checks. Each
// changes the world first and then tells the webhook.

import {
  showCheckRun,
  showComment,
  showCommit,
  showDeployment,
  showIssue,
  showPerson,
  showPull,
  showSuites,
  suiteId,
} from './show.ts'
import {
  addCommit,
  type CheckRun,
  type Comment,
  type Commit,
  type Deployment,
  type Issue,
  moveBranch,
  type Person,
  type Pull,
  type Repository,
  type World,
} from './world.ts'

/** Tells the webhook of something that `sender` did. */
export type Tell = (event: string, payload: object, of: { repository: Repository; sender: Person }) => void

export type Files = Record<string, string>

export class People {
  readonly #world: World
  readonly #tell: Tell

  constructor(world: World, tell: Tell) {
    this.#world = world
    this.#tell = tell
  }

  push(repository: Repository, actor: Person, of: { branch?: string; message?: string; files?: Files }): Commit {
    const { branch = repository.defaultBranch, message = 'Change', files = {} } = of
    const tip = repository.branches.get(branch) ?? repository.branches.get(repository.defaultBranch) ?? ''
    const commit = addCommit(this.#world, repository, { parents: [tip], message, author: actor, files })
    this.#move(repository, { branch, to: commit, actor })
    return commit
  }

  /** With one commit on a new branch. */
  openPull(repository: Repository, author: Person, of: { branch: string; files?: Files; from?: Repository }): Pull {
    const { branch, files = {}, from = repository } = of
    this.push(from, author, { branch, message: `Work on ${branch}`, files })
    const pull: Pull = { ...this.#issue(repository, author, branch), base: repository.defaultBranch, branch, from }
    repository.issues.set(pull.number, pull)
    this.#tell('pull_request', this.#pullPayload('opened', pull, repository), { repository, sender: author })
    return pull
  }

  openIssue(repository: Repository, author: Person): Issue {
    const issue = this.#issue(repository, author, 'An issue')
    repository.issues.set(issue.number, issue)
    return issue
  }

  /** By a merge commit. */
  merge(repository: Repository, actor: Person, pull: Pull): Commit {
    const base = repository.branches.get(pull.base) ?? ''
    const head = pull.from.commits.get(pull.from.branches.get(pull.branch) ?? '')
    const message = `Merge pull request #${pull.number} from ${pull.branch}`
    const of = { parents: [base, head?.sha ?? ''], message, author: actor, files: { ...head?.files } }
    const commit = addCommit(this.#world, repository, of)
    pull.merged = { at: this.#world.now(), commit: commit.sha }
    pull.closed = true
    this.#move(repository, { branch: pull.base, to: commit, actor })
    this.#tell('pull_request', this.#pullPayload('closed', pull, repository), { repository, sender: actor })
    return commit
  }

  /** A while after whatever was done before. */
  comment(repository: Repository, author: Person, { issue, body }: { issue: Issue | Pull; body: string }): Comment {
    const { now, nextId, pass } = this.#world
    pass(1_000)
    const comment = { id: nextId(), issue: issue.number, body, author, at: now(), edited: now() }
    repository.comments.push(comment)
    const payload = { action: 'created', issue: showIssue(issue), comment: showComment(this.#world, comment) }
    this.#tell('issue_comment', payload, { repository, sender: author })
    return comment
  }

  press(repository: Repository, sender: Person, { run, identifier }: { run: CheckRun; identifier: string }): void {
    if (!run.actions.some((action) => action.identifier === identifier)) throw new Error(`no button ${identifier}`)
    const check_run = showCheckRun(this.#world, run)
    const payload = { action: 'requested_action', requested_action: { identifier }, check_run }
    this.#tell('check_run', payload, { repository, sender })
  }

  /** By the App that runs checks, not by Houston. */
  reportCheck(repository: Repository, of: { sha: string; name: string; conclusion: string | null }): CheckRun {
    const { sha, name, conclusion } = of
    const status = conclusion === null ? 'in_progress' : 'completed'
    const run: CheckRun = {
      ...{ id: this.#world.nextId(), sha, name, app: this.#world.ci.id, externalId: '', status, conclusion },
      ...{ output: { title: null, summary: null, text: null }, actions: [], detailsUrl: null },
      ...{ startedAt: null, completedAt: null },
    }
    repository.checkRuns = repository.checkRuns.filter((each) => each.name !== name || each.sha !== sha)
    repository.checkRuns.push(run)
    const sender = this.#world.app.bot
    const [suite] = showSuites(
      this.#world,
      repository.checkRuns.filter((each) => suiteId(each) === suiteId(run)),
    )
    const branch = repository.branches.get(repository.defaultBranch) === sha ? repository.defaultBranch : null
    if (suite?.status === 'completed') {
      const check_suite = { ...suite, head_branch: branch }
      this.#tell('check_suite', { action: 'completed', check_suite }, { repository, sender })
    }
    return run
  }

  /** By an older kind of checker, which makes no check runs. */
  reportStatus(repository: Repository, sender: Person, of: { sha: string; context: string; state: string }): void {
    const { nextId, now } = this.#world
    const status = { id: nextId(), ...of, at: now() }
    repository.statuses.push(status)
    const { id, sha, context, state } = status
    this.#tell('status', { id, sha, context, state, branches: [], description: null }, { repository, sender })
  }

  /** By a workflow or with `gh api`. */
  createDeployment(repository: Repository, author: Person, of: { ref: string; environment: string }): Deployment {
    const { now, nextId } = this.#world
    const deployment: Deployment = {
      ...{
        id: nextId(),
        sha: repository.branches.get(of.ref) ?? of.ref,
        ref: of.ref,
        task: 'deploy',
        author,
        at: now(),
      },
      ...{ environment: of.environment, description: '', payload: {}, production: false, statuses: [] },
    }
    repository.deployments.push(deployment)
    const payload = { action: 'created', deployment: showDeployment(this.#world, deployment) }
    this.#tell('deployment', payload, { repository, sender: author })
    return deployment
  }

  #move(repository: Repository, of: { branch: string; to: Commit; actor: Person }): void {
    const { branch, to, actor } = of
    const before = moveBranch(this.#world, repository, of)
    const shown = { ...showCommit(to).commit, id: to.sha, timestamp: new Date(to.at).toISOString() }
    const flags = { created: /^0+$/.test(before), deleted: false, forced: false }
    const ref = `refs/heads/${branch}`
    const pusher = { name: actor.login, email: `${actor.login}@acme.test` }
    const push = { ref, before, after: to.sha, ...flags, head_commit: shown, commits: [shown], pusher, compare: '' }
    this.#tell('push', push, { repository, sender: actor })
  }

  #issue({ issues }: Repository, author: Person, title: string): Issue {
    const { now, nextId } = this.#world
    return { number: issues.size + 1, id: nextId(), title, author, at: now(), closed: false }
  }

  #pullPayload(action: string, pull: Pull, repository: Repository): object {
    return { action, number: pull.number, pull_request: showPull(pull, repository), sender: showPerson(pull.author) }
  }
}
