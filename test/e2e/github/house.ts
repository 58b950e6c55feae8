// A whole house for the tests here: a stand-in of GitHub with a repository, a fleet of real SSH servers in two zones, and
// `houston serve` in a process of its own. The hosts' own journal is the judge of what was done on them.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Fleet, startFleet } from '../../../src/apps/demo/fleet.ts'
import { type StandIn, startStandIn } from '../../support/github-stand-in/stand-in.ts'
import { addPerson, addRepository, type Person, type Repository } from '../../support/github-stand-in/world.ts'

export const PRODUCTION = ['web1', 'web2', 'web3', 'web4'] as const
export const STAGING = ['web5', 'web6'] as const

const MAIN = fileURLToPath(new URL('../../../src/apps/cli/main.ts', import.meta.url))
const HOOK_PATH = '/api/github/webhooks'
/** A new store is made, on a machine that may be busy. */
export const OPEN_WITHIN_MS = 120_000
const WORDS_KEPT = 200

export type House = {
  github: StandIn
  shop: Repository
  /** May do everything. */
  ada: Person
  /** May only read. */
  rob: Person
  server: Server
  /** `host release` of each start that was begun there, in this order. */
  journal(): string[]
  /** Its `start` waits until it is let go. */
  hold(host: string): void
  release(): void
  /** Its `start` fails, whatever the release, until it is well again. */
  sicken(host: string): void
  heal(host: string): void
  close(): Promise<void>
}

/** A zone of houston.yml, with these hosts of the house: `web1` to `web6`. */
export type ZoneOf = (name: string, hosts: readonly string[]) => string

/** What a house has beside GitHub: environment variables of its server, and lines of houston.server.yml. */
export type Annex = { variables?: Readonly<Record<string, string>>; settings?: string }

/** Nothing stays when it throws. `environmentsOf`: what stands under `environments:`. */
export async function openHouse(
  events: readonly string[],
  environmentsOf = shopEnvironments,
  { variables = {}, settings = '' }: Annex = {},
): Promise<House> {
  const folder = mkdtempSync(join(tmpdir(), 'houston-github-'))
  const ends = [async () => rmSync(folder, { recursive: true, force: true })]
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end()
  }
  try {
    const fleet = await startFleet({ hosts: [...PRODUCTION, ...STAGING].map((name) => ({ name })) })
    ends.push(() => fleet.stop())
    const github = await startStandIn(events)
    ends.push(() => github.close())
    for (const flags of ['held', 'sick']) mkdirSync(join(folder, flags))
    writeFileSync(join(folder, 'journal'), '')
    writeFileSync(join(folder, 'houston.server.yml'), `${serverYml(fleet)}${settings}`)
    const [ada, rob] = [addPerson(github.world, 'ada'), addPerson(github.world, 'rob')]
    const files = { '.github/houston.yml': houstonYml(fleet, environmentsOf), 'run.sh': runScript(folder), broken: '' }
    const shop = addRepository(github.world, { owner: github.account, name: 'shop', author: ada, files })
    shop.roles.set(rob.id, 'read')
    const server = new Server(folder, github, variables)
    ends.push(() => server.end('SIGTERM'))
    await server.start()
    return {
      ...{ github, shop, ada, rob, server, close },
      journal: () => readFileSync(join(folder, 'journal'), 'utf8').split('\n').filter(Boolean),
      hold: (host) => writeFileSync(join(folder, 'held', host), ''),
      release: () => {
        for (const host of [...PRODUCTION, ...STAGING]) rmSync(join(folder, 'held', host), { force: true })
      },
      sicken: (host) => writeFileSync(join(folder, 'sick', host), ''),
      heal: (host) => rmSync(join(folder, 'sick', host)),
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** `houston serve` on its embedded store; started again on the same one, at the same address. */
export class Server {
  readonly #folder: string
  readonly #github: StandIn
  readonly #variables: Readonly<Record<string, string>>
  #child: ChildProcess | undefined
  #listen = '127.0.0.1:0'
  readonly #ears = new Set<(line: string) => void>()
  /** What it said last. */
  readonly said: string[] = []

  constructor(folder: string, github: StandIn, variables: Readonly<Record<string, string>>) {
    this.#folder = folder
    this.#github = github
    this.#variables = variables
  }

  async start(): Promise<void> {
    const { DATABASE_URL: _, HOUSTON_DATA: __, HOUSTON_SETTINGS: ___, ...env } = process.env
    const child = spawn(process.execPath, [MAIN, 'serve', '--listen', this.#listen], {
      ...{
        cwd: this.#folder,
        env: { ...env, ...this.#github.variables, ...this.#variables },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    })
    this.#child = child
    if (!child.stderr) throw new Error('no output')
    const lines = createInterface({ input: child.stderr })
    await new Promise<void>((resolve, reject) => {
      lines.on('line', (line) => this.#hear(line, resolve))
      child.once('exit', (code) => reject(new Error(`houston serve ended (${code}): ${this.said.join('\n')}`)))
    })
    this.#github.hook.url = `http://${this.#listen}${HOOK_PATH}`
  }

  /** Resolves with the next line that holds all of these words. */
  says(...words: readonly string[]): Promise<string> {
    return new Promise((resolve) => {
      const ear = (line: string) => {
        if (!words.every((word) => line.includes(word))) return
        this.#ears.delete(ear)
        resolve(line)
      }
      this.#ears.add(ear)
    })
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }

  #hear(line: string, ready: () => void): void {
    this.said.push(line)
    if (this.said.length > WORDS_KEPT) this.said.shift()
    for (const ear of this.#ears) ear(line)
    const { message, address } = JSON.parse(line)
    if (message === 'listening') this.#listen = address
    if (message === 'ready') ready()
  }
}

/** The release itself brings what is run: its journal line proves that its files arrived. `broken` lists hosts that fail. */
function runScript(folder: string): string {
  return `#!/bin/sh
echo "$HOUSTON_HOST $HOUSTON_RELEASE" >> ${folder}/journal
while [ -e "${folder}/held/$HOUSTON_HOST" ]; do sleep 0.05; done
if [ -e "${folder}/sick/$HOUSTON_HOST" ] || grep -qx "$HOUSTON_HOST" broken; then echo "no start here"; exit 3; fi
`
}

function houstonYml(fleet: Fleet, environmentsOf: (zone: ZoneOf) => string): string {
  const zone: ZoneOf = (name, hosts) => {
    const own = fleet.hosts.filter((host) => hosts.includes(host.name))
    const lines = own.map((host) => `        - ${JSON.stringify(place(host))}`)
    return [`      ${name}:`, ...lines].join('\n')
  }
  return `application: shop
release: { from: tarball, directory: "${fleet.root}/{{host}}/srv" }
recipe: { start: sh ./run.sh, timeout: 60s }
environments:
${environmentsOf(zone)}`
}

function shopEnvironments(zone: ZoneOf): string {
  return `  production:
    deploy: on-merge
    url: https://shop.acme.dev
    zones:
${zone('eu-1a', PRODUCTION.slice(0, 2))}
${zone('us-1a', PRODUCTION.slice(2))}
    rollout: { batch: 1, max_unavailable: 1 }
  staging:
    zones:
${zone('eu-1a', STAGING.slice(0, 1))}
${zone('us-1a', STAGING.slice(1))}
    rollout: { batch: 1, max_unavailable: 1 }
`
}

function place({ name, address, port, user }: Fleet['hosts'][number]) {
  return { name, address, port, user }
}

function serverYml({ knownHosts, identity }: Fleet): string {
  return `known_hosts: ["${knownHosts.file}"]
identities:
  default: { key_file: "${identity.file}", allow: [{ repository: acme/shop, environments: ["*"], hosts: ["*"] }] }
`
}
