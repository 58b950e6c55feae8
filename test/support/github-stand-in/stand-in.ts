// A stateful stand-in of GitHub on loopback: the API over HTTPS as an Enterprise Server has it, an App that is installed at
// one account, its webhook, and people. It must behave as GitHub does, never as Houston would like it to.

import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installationOf } from './call.ts'
import { makeCertificate } from './certificate.ts'
import { Hook } from './hook.ts'
import { People } from './people.ts'
import { appRoutes } from './routes-app.ts'
import { checkRoutes } from './routes-checks.ts'
import { codeRoutes } from './routes-code.ts'
import { deploymentRoutes } from './routes-deployments.ts'
import { fileRoutes } from './routes-files.ts'
import { peopleRoutes } from './routes-people.ts'
import { talkRoutes } from './routes-talk.ts'
import { type Logged, serve } from './serve.ts'
import { showPerson, showRepository } from './show.ts'
import { tarball } from './tarball.ts'
import { Tokens } from './token.ts'
import { isContentWrite, mostWithin, Troubles } from './trouble.ts'
import { Waiting } from './waiting.ts'
import { addPerson, type Person, type Repository, type World } from './world.ts'

export type StandIn = {
  world: World
  hook: Hook
  people: People
  troubles: Troubles
  log: readonly Logged[]
  /** What Houston finds in its environment, to talk to this stand-in as its App. */
  variables: Readonly<Record<string, string>>
  /** What it has outside its API, by path: keys of its workflows; what answers to what is sent there, as its sign-in does. */
  pages: Map<string, string | ((sent: string) => string)>
  /** What GitHub gives to whom this person lets act for them. */
  tokenOf(person: Person): string
  /** The account where the App is installed. */
  account: Person
  /** Resolves when `probe` answers something; asked after each request. Rejects after a while, with what was wanted. */
  until<A>(what: string, probe: () => A | undefined | false): Promise<A>
  /** Everything that GitHub would not have liked so far: requests that it does not know, too many writes. */
  complaints(): string[]
  close(): Promise<void>
}

/** GitHub's limits for content of an installation. */
const MOST_WRITES = [
  { most: 80, windowMs: 60_000 },
  { most: 500, windowMs: 3_600_000 },
]

/** `events`: what the App subscribes to. */
export async function startStandIn(events: readonly string[]): Promise<StandIn> {
  const { world, privateKey } = makeWorld()
  const account = addPerson(world, 'acme', 'Organization')
  world.installations.set(world.nextId(), account)
  const secret = randomBytes(24).toString('hex')
  const hook = new Hook({ secret, events, nextId: world.nextId, now: world.now })
  const tell = (event: string, payload: object, { repository, sender }: { repository: Repository; sender: Person }) => {
    const id = installationOf(world, repository)
    if (id === undefined) return
    const installation = { id, node_id: '' }
    const about = { repository: showRepository(repository), sender: showPerson(sender), installation }
    hook.send(event, { ...payload, ...about, organization: showPerson(account) })
  }
  const [tokens, troubles, certificate] = [new Tokens(world), new Troubles(), makeCertificate()]
  const log: Logged[] = []
  const faults: string[] = []
  const routes = {
    ...{ ...appRoutes({ tokens, hook }), ...codeRoutes, ...peopleRoutes },
    ...{ ...talkRoutes, ...deploymentRoutes, ...checkRoutes, ...fileRoutes },
  }
  const emit = (event: string, payload: object, repository: Repository) =>
    tell(event, payload, { repository, sender: world.app.bot })
  const pages: StandIn['pages'] = new Map()
  const pageAt = (path: string, sent: string) => {
    const page = pages.get(path)
    return page === undefined ? undefined : Buffer.from(typeof page === 'string' ? page : page(sent))
  }
  const file = (path: string, sent: string) => pageAt(path, sent) ?? archiveAt(world, path) ?? fileAt(world, path)
  const waiting = new Waiting()
  const heard = () => waiting.look()
  const server = await serve({
    heard,
    certificate,
    routes,
    tokens,
    troubles,
    log,
    faults,
    context: { world, emit },
    file,
  })
  const folder = mkdtempSync(join(tmpdir(), 'github-stand-in-'))
  const authority = join(folder, 'authority.pem')
  writeFileSync(authority, certificate.cert)
  const bound = server.address()
  const port = typeof bound === 'object' ? bound?.port : undefined
  return {
    ...{ world, hook, troubles, log, pages, account, people: new People(world, tell) },
    variables: {
      GITHUB_APP_ID: String(world.app.id),
      GITHUB_PRIVATE_KEY: privateKey,
      GITHUB_WEBHOOK_SECRET: secret,
      GHE_HOST: `127.0.0.1:${port}`,
      NODE_EXTRA_CA_CERTS: authority,
    },
    tokenOf: ({ id }) => tokens.giveTo(id),
    until: (what, probe) => waiting.until(what, probe),
    complaints: () => [...faults, ...tooManyWrites(log)],
    async close() {
      await hook.idle()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function makeWorld(): { world: World; privateKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  let id = 1_000
  let ahead = 0
  const nextId = () => {
    id += 1
    return id
  }
  const bot: Person = { id: nextId(), login: 'houston[bot]', type: 'Bot' }
  const world: World = {
    ...{ app: { id: 77, slug: 'houston', bot, publicKey }, ci: { id: 15_368, slug: 'checks' } },
    ...{ people: new Map([[bot.id, bot]]), repositories: new Map(), installations: new Map(), teams: new Map() },
    ...{ now: () => Date.now() + ahead, nextId },
    pass: (ms) => {
      ahead += ms
    },
  }
  return { world, privateKey }
}

function archiveAt(world: World, path: string): Buffer | undefined {
  const [, name = '', sha = ''] = /^\/codeload\/([^/]+\/[^/]+)\/([0-9a-f]{40})$/.exec(path) ?? []
  const repository = world.repositories.get(name.toLowerCase())
  const commit = repository?.commits.get(sha)
  return repository && commit && tarball(repository, commit)
}

function fileAt(world: World, path: string): Buffer | undefined {
  const [, id] = /^\/files\/(\d+)$/.exec(path) ?? []
  const files = [...world.repositories.values()].flatMap((repository) => repository.files)
  return files.find((each) => each.id === Number(id))?.bytes
}

function tooManyWrites(log: readonly Logged[]): string[] {
  const writes = log.filter(isContentWrite).map(({ at }) => at)
  return MOST_WRITES.flatMap(({ most, windowMs }) => {
    const found = mostWithin(writes, windowMs)
    return found > most ? [`${found} writes within ${windowMs / 1_000} s, at most ${most} are allowed`] : []
  })
}
