// What the stand-in knows: people, repositories, their git history and everything that was written about them. Data only;
// nothing here speaks HTTP.

import { createHash } from 'node:crypto'

export type Person = { id: number; login: string; type: 'User' | 'Bot' | 'Organization' }

export type Role = 'admin' | 'maintain' | 'write' | 'triage' | 'read'

export type Commit = {
  sha: string
  parents: readonly string[]
  message: string
  author: Person
  /** Where it is somebody else. */
  committer?: Person
  at: number
  files: Readonly<Record<string, string>>
}

export type Activity = { id: number; ref: string; before: string; after: string; at: number; actor: Person }

export type Issue = { number: number; id: number; title: string; author: Person; at: number; closed: boolean }

export type Pull = Issue & {
  base: string
  branch: string
  /** The repository of the head: another one for a fork. */
  from: Repository
  merged?: { at: number; commit: string }
}

export type Comment = {
  id: number
  issue: number
  body: string
  author: Person
  app?: number
  at: number
  edited: number
}
export type Reaction = { id: number; comment: number; content: string; author: Person }

export type Deployment = {
  id: number
  sha: string
  ref: string
  task: string
  environment: string
  description: string
  payload: unknown
  production: boolean
  author: Person
  app?: number
  at: number
  statuses: DeploymentStatus[]
}
export type DeploymentStatus = {
  id: number
  state: string
  description: string
  logUrl?: string
  environmentUrl?: string
  app?: number
  author: Person
  at: number
}

export type CheckRun = {
  id: number
  sha: string
  name: string
  app: number
  externalId: string
  status: string
  conclusion: string | null
  output: { title: string | null; summary: string | null; text: string | null }
  actions: readonly { identifier: string; label: string; description: string }[]
  detailsUrl: string | null
  startedAt: string | null
  completedAt: string | null
}
export type CommitStatus = { id: number; sha: string; context: string; state: string; at: number }

/** A file of a release of GitHub's, or of a workflow's run. `bytes` as GitHub gives it out. */
export type StoredFile = { id: number; name: string; bytes: Buffer } & ({ tag: string } | { sha: string })

export type Repository = {
  id: number
  owner: Person
  name: string
  private: boolean
  defaultBranch: string
  fork: boolean
  /** Shared by all forks, as on GitHub: every commit answers under the name of each. */
  commits: Map<string, Commit>
  branches: Map<string, string>
  tags: Map<string, string>
  activity: Activity[]
  issues: Map<number, Issue | Pull>
  comments: Comment[]
  reactions: Reaction[]
  deployments: Deployment[]
  checkRuns: CheckRun[]
  statuses: CommitStatus[]
  files: StoredFile[]
  roles: Map<number, Role>
  /** Names of required checks on the default branch. */
  required: readonly string[]
}

export type World = {
  app: { id: number; slug: string; bot: Person; publicKey: string }
  /** Of another App: the one whose checks are looked at. */
  ci: { id: number; slug: string }
  people: Map<number, Person>
  repositories: Map<string, Repository>
  /** Accounts where the App is installed, by the installation's id. */
  installations: Map<number, Person>
  /** `organisation/slug` → ids. */
  teams: Map<string, Set<number>>
  /** Its clock, ms since 1970. */
  now(): number
  /** Time goes by: what GitHub tells in whole seconds must not happen at once when the order counts. */
  pass(ms: number): void
  nextId(): number
}

export function fullName({ owner, name }: Repository): string {
  return `${owner.login}/${name}`
}

export function isPull(issue: Issue | Pull): issue is Pull {
  return 'base' in issue
}

export function personOf(world: World, login: string): Person | undefined {
  return [...world.people.values()].find((person) => person.login.toLowerCase() === login.toLowerCase())
}

export function addPerson(world: World, login: string, type: Person['type'] = 'User'): Person {
  const person = { id: world.nextId(), login, type }
  world.people.set(person.id, person)
  return person
}

/** With the first commit of its default branch. */
export function addRepository(
  world: World,
  of: { owner: Person; name: string; author: Person; files: Record<string, string> },
): Repository {
  const { owner, name, author, files } = of
  const repository: Repository = {
    ...{ id: world.nextId(), owner, name, private: true, defaultBranch: 'main', fork: false, required: [] },
    ...{ commits: new Map(), branches: new Map(), tags: new Map(), issues: new Map(), roles: new Map() },
    ...{ activity: [], comments: [], reactions: [], deployments: [], checkRuns: [], statuses: [], files: [] },
  }
  repository.roles.set(author.id, 'admin')
  world.repositories.set(fullName(repository).toLowerCase(), repository)
  const first = addCommit(world, repository, { parents: [], message: 'Begin', author, files })
  moveBranch(world, repository, { branch: 'main', to: first, actor: author })
  return repository
}

export function addFork(world: World, of: Repository, owner: Person): Repository {
  const fork: Repository = {
    ...of,
    ...{ id: world.nextId(), owner, fork: true, branches: new Map(of.branches), tags: new Map(), issues: new Map() },
    ...{ activity: [], comments: [], reactions: [], deployments: [], checkRuns: [], statuses: [], files: [] },
    roles: new Map([[owner.id, 'admin']]),
  }
  world.repositories.set(fullName(fork).toLowerCase(), fork)
  return fork
}

/** Files that are not given stay as they were at the first parent. */
export function addCommit(
  world: World,
  { commits }: Repository,
  of: Pick<Commit, 'parents' | 'message' | 'author' | 'committer' | 'files'>,
): Commit {
  const at = world.now()
  const before = commits.get(of.parents[0] ?? '')?.files ?? {}
  const seed = JSON.stringify([of.parents, of.message, of.author.id, at, world.nextId()])
  const sha = createHash('sha1').update(seed).digest('hex')
  const commit: Commit = { ...of, sha, at, files: { ...before, ...of.files } }
  commits.set(sha, commit)
  return commit
}

/** As a push does. Answers what the branch was at before: zeros for a new one. */
export function moveBranch(
  world: World,
  { branches, activity }: Repository,
  { branch, to, actor }: { branch: string; to: Commit; actor: Person },
): string {
  const before = branches.get(branch) ?? '0'.repeat(40)
  branches.set(branch, to.sha)
  activity.unshift({ id: world.nextId(), ref: `refs/heads/${branch}`, before, after: to.sha, at: world.now(), actor })
  return before
}
