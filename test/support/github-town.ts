// A repository, its people and its fleet around the Probot app: GitHub is the stand-in's state behind nock, events are GitHub's
// own examples made to fit, rollouts run on hosts in memory.

import { Probot } from 'probot'
import { createForge } from '../../src/adapters/github/forge.ts'
import { HoustonOctokit } from '../../src/adapters/github/octokit.ts'
import { createGithubSurface } from '../../src/adapters/github/surface.ts'
import { MemoryJobs } from '../../src/adapters/memory/jobs.ts'
import { MemoryStore } from '../../src/adapters/memory/store.ts'
import { systemClock } from '../../src/apps/cli/system-clock.ts'
import { createWishHandler } from '../../src/apps/github/carry-wish.ts'
import type { Means } from '../../src/apps/github/means.ts'
import { githubApp } from '../../src/apps/github-app.ts'
import { readSettings } from '../../src/config/read-settings.ts'
import { Engine } from '../../src/engine/engine.ts'
import { type Jobs, rolloutWake } from '../../src/engine/ports.ts'
import type { Handled } from '../../src/engine/ports-inbox.ts'
import { FakeRemote } from './fake-remote.ts'
import { answerFrom, type Trouble } from './github-answers.ts'
import { APP_ID, type Edge, githubOf, openEdge } from './github-edge.ts'
import { example } from './github-example.ts'
import { showComment, showIssue, showPerson, showRepository } from './github-stand-in/show.ts'
import {
  addCommit,
  addPerson,
  addRepository,
  type Commit,
  type Issue,
  isPull,
  moveBranch,
  type Person,
  type Pull,
  type Repository,
  type World,
} from './github-stand-in/world.ts'
import { sha256 } from './plan-of.ts'

export const CONFIG = `application: shop
release: { from: tarball }
environments:
  staging: { deploy: on-merge, zones: { a: [web1, web2] } }
  production: { zones: { a: [prod1] } }
`

const SETTINGS = `identities:
  default: { key_file: /key, allow: [{ repository: acme/shop, environments: ["*"], hosts: ["*"] }] }
`

/** Messages are handled when a test says so. */
const NOBODY: Jobs = { wake: async () => {}, start: async () => {}, stop: async () => {} }

export class Town {
  readonly store = new MemoryStore(() => Date.now())
  readonly remote = new FakeRemote(systemClock)
  readonly engine: Engine
  readonly means: Means
  readonly world: World
  readonly repository: Repository
  readonly ada: Person
  readonly eve: Person
  trouble: Trouble = () => undefined
  readonly #edge: Edge
  readonly #probot: Probot
  #deliveries = 0
  #ids = 0

  constructor(config: string = CONFIG) {
    this.#edge = openEdge()
    this.world = makeWorld()
    const acme = addPerson(this.world, 'acme', 'Organization')
    this.world.installations.set(this.world.nextId(), acme)
    this.ada = addPerson(this.world, 'ada')
    this.eve = addPerson(this.world, 'eve')
    const files = { '.github/houston.yml': config }
    this.repository = addRepository(this.world, { owner: acme, name: 'shop', author: this.ada, files })
    this.repository.roles.set(this.ada.id, 'write')
    answerFrom(this.#edge, this.world, (request) => this.trouble(request))
    const ids = { next: () => `id${String(++this.#ids).padStart(6, '0')}`, digest: sha256 }
    const { store } = this
    this.engine = new Engine({
      ...{ store, remote: this.remote, clock: systemClock, ids, failed: () => {} },
      jobs: new MemoryJobs(async () => (await store.pending()).map(rolloutWake)),
      inbox: { store: store.inbox, jobs: NOBODY, handlers: () => ({}) },
    })
    this.means = makeMeans(this)
    this.#probot = new Probot({
      appId: APP_ID,
      githubToken: 'x',
      secret: 'x',
      Octokit: HoustonOctokit,
      logLevel: 'fatal',
    })
    void this.#probot.load(githubApp(this.means))
  }

  /** Throws what was wrong with the requests. */
  close(): void {
    this.#edge.close()
  }

  /** What was sent to GitHub that changes something there. */
  get writes(): string[] {
    return this.#edge.sent
      .filter(({ method, path }) => method !== 'GET' && !path.includes('access_tokens'))
      .map(({ method, path }) => `${method} ${path}`)
  }

  /** As from the inbox. `delivery`: the same one again. */
  async receive(event: string, over: object, delivery = `delivery-${++this.#deliveries}`): Promise<void> {
    await this.#probot.ready()
    const about = { repository: showRepository(this.repository) }
    const payload = example(event, { ...about, ...over })
    await this.#probot.receive({ id: delivery, name: event.split('.')[0], payload } as Parameters<Probot['receive']>[0])
  }

  commit(of: Partial<Pick<Commit, 'message' | 'files' | 'author' | 'committer'>> & { branch?: string } = {}): Commit {
    const { message = 'Change', files = {}, branch = 'main', author = this.ada, committer = author } = of
    const tip = this.repository.branches.get(branch) ?? this.repository.branches.get('main') ?? ''
    const commit = addCommit(this.world, this.repository, { parents: [tip], message, author, committer, files })
    moveBranch(this.world, this.repository, { branch, to: commit, actor: author })
    return commit
  }

  async push(commit: Commit, ref = 'refs/heads/main', sender = this.ada): Promise<void> {
    await this.receive('push', { ref, after: commit.sha, deleted: false, sender: showPerson(sender) })
  }

  pull(of: { branch: string; from?: Repository; author?: Person }): Pull {
    const { branch, from = this.repository, author = this.ada } = of
    const pull: Pull = { ...this.#issue(author), base: 'main', branch, from }
    this.repository.issues.set(pull.number, pull)
    return pull
  }

  issue(author = this.ada): Issue {
    const issue = this.#issue(author)
    this.repository.issues.set(issue.number, issue)
    return issue
  }

  #issue(author: Person): Issue {
    const { now, nextId } = this.world
    const number = this.repository.issues.size + 1
    return { number, id: nextId(), title: 'A title', author, at: now(), closed: false }
  }

  /** Answers the comment. `then`: what happens between the comment and its handling. */
  async comment(
    issue: Issue | Pull,
    body: string,
    of: { author?: Person; over?: object; then?: () => void; delivery?: string } = {},
  ): Promise<number> {
    const { author = this.ada, over = {}, then = () => {}, delivery } = of
    const { now, nextId } = this.world
    const comment = { id: nextId(), issue: issue.number, body, author, at: now(), edited: 0 }
    this.repository.comments.push(comment)
    then()
    const pull_request = isPull(issue) ? { url: '' } : undefined
    const shown = {
      comment: { ...showComment(this.world, comment), ...over },
      issue: { ...showIssue(issue), pull_request },
    }
    await this.receive('issue_comment.created', { ...shown, sender: showPerson(author) }, delivery)
    return comment.id
  }

  /** Bodies of the App's comments. */
  get replies(): string[] {
    return this.repository.comments.filter(({ app }) => app !== undefined).map(({ body }) => body)
  }

  reactions(comment: number): string[] {
    return this.repository.reactions.filter((each) => each.comment === comment).map(({ content }) => content)
  }

  /** Handles the wishes that are due, each once. */
  async wishes(): Promise<Handled[]> {
    const handled: Handled[] = []
    for (const { id } of await this.store.inbox.pending()) {
      const row = await this.store.inbox.claim(id)
      if (!row) continue
      const outcome = await createWishHandler(this.means)(row, AbortSignal.timeout(5_000))
      // Due at once: nobody waits here.
      await this.store.inbox.settle(row, outcome.kind === 'later' ? { kind: 'later', afterMs: 0, tries: 0 } : outcome)
      handled.push(outcome)
    }
    return handled
  }

  /** `r1: gated`: the rollouts of an environment, the newest first. */
  async rollouts(environment: string): Promise<string[]> {
    const found = await this.store.rollouts({ application: 'shop', environment, limit: 10 })
    return found.map(({ kind, releaseId, cursor }) => `${kind} ${releaseId}: ${cursor.phase}`)
  }

  /** `who verb: outcome`, the oldest first. */
  async audit(): Promise<string[]> {
    const entries = await this.store.audit({ limit: 100 })
    return entries.reverse().map(({ fact: { person, verb, environment, outcome } }) => {
      return `${person.via} ${person.name} ${verb} ${environment}: ${'reason' in outcome ? outcome.reason : outcome.kind}`
    })
  }
}

function makeWorld(): World {
  let id = 1_000
  let at = Date.parse('2026-11-12T09:00:00Z')
  const bot: Person = { id: 99, login: 'houston[bot]', type: 'Bot' }
  return {
    ...{ app: { id: APP_ID, slug: 'houston', bot, publicKey: '' }, ci: { id: 15_368, slug: 'checks' } },
    ...{ people: new Map([[bot.id, bot]]), repositories: new Map(), installations: new Map(), teams: new Map() },
    // A second passes with everything that happens.
    now: () => (at += 1_000),
    pass: (ms) => {
      at += ms
    },
    nextId: () => ++id,
  }
}

function makeMeans({ engine, store }: Town): Means {
  const github = githubOf()
  const forge = createForge(github)
  const settings = readSettings({ text: SETTINGS, file: 'houston.server.yml' }, {})
  if (settings.kind === 'faults') throw new Error(settings.faults.map(({ message }) => message).join())
  const archive = { kind: 'archive', file: '/a.tgz', sha256: '0'.repeat(64), bytes: 1, strip: 1 } as const
  return {
    ...{ engine, store, github, forge, settings: settings.settings, projections: store.projections },
    surface: createGithubSurface(forge, () => ({ production: false })),
    fetchArchive: async () => archive,
    now: () => Date.now(),
  }
}
