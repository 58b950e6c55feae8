// A house for tests of the pages: a fleet of real SSH servers in two zones, and `houston serve` in a project's folder, in a process
// of its own, for one person without sign-in. The hosts' own journal is the judge of what was done on them.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Fleet, startFleet } from '../../../src/apps/demo/fleet.ts'

export const HOSTS = ['web1', 'web2', 'web3', 'web4'] as const
/** A new store is made, on a machine that may be busy. */
export const OPEN_WITHIN_MS = 120_000

const MAIN = fileURLToPath(new URL('../../../src/apps/cli/main.ts', import.meta.url))

export type House = {
  address: string
  /** `host release` of each start that was begun there, in this order. */
  journal(): string[]
  /** Its `start` waits until it is let go. */
  hold(host: string): void
  letGo(host: string): void
  /** Its `start` fails until it is well again. */
  sicken(host: string): void
  heal(host: string): void
  close(): Promise<void>
}

/** Nothing stays when it throws. `annex`: more variables of the server, and more lines of its settings. */
export async function openHouse(
  annex: { variables?: Readonly<Record<string, string>>; settings?: string } = {},
): Promise<House> {
  const folder = mkdtempSync(join(tmpdir(), 'houston-web-'))
  const ends = [async () => rmSync(folder, { recursive: true, force: true })]
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end()
  }
  try {
    const fleet = await startFleet({ hosts: HOSTS.map((name) => ({ name })) })
    ends.push(() => fleet.stop())
    for (const made of ['held', 'sick', '.github']) mkdirSync(join(folder, made))
    writeFileSync(join(folder, 'journal'), '')
    writeFileSync(join(folder, 'houston.server.yml'), `${serverYml(fleet)}${annex.settings ?? ''}`)
    writeFileSync(join(folder, '.github', 'houston.yml'), houstonYml(fleet, folder))
    const { child, address } = await serve(folder, annex.variables)
    ends.push(() => end(child))
    const flag = (kind: string, host: string) => join(folder, kind, host)
    return {
      ...{ address, close },
      journal: () => readFileSync(join(folder, 'journal'), 'utf8').split('\n').filter(Boolean),
      hold: (host) => writeFileSync(flag('held', host), ''),
      letGo: (host) => rmSync(flag('held', host), { force: true }),
      sicken: (host) => writeFileSync(flag('sick', host), ''),
      heal: (host) => rmSync(flag('sick', host), { force: true }),
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function serve(
  folder: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<{ child: ChildProcess; address: string }> {
  const { DATABASE_URL: _, HOUSTON_DATA: __, HOUSTON_SETTINGS: ___, ...env } = process.env
  const child = spawn(process.execPath, [MAIN, 'serve', '--listen', '127.0.0.1:0'], {
    ...{ cwd: folder, env: { ...env, ...variables }, stdio: ['ignore', 'ignore', 'pipe'] },
  })
  if (!child.stderr) throw new Error('no output')
  const lines = createInterface({ input: child.stderr })
  const said: string[] = []
  const address = await new Promise<string>((resolve, reject) => {
    let at = ''
    lines.on('line', (line) => {
      said.push(line)
      const { message, address: listens } = JSON.parse(line)
      if (message === 'listening') at = `http://${listens}`
      if (message === 'ready') resolve(at)
    })
    child.once('exit', (code) => reject(new Error(`houston serve ended (${code}): ${said.slice(-20).join('\n')}`)))
  })
  return { child, address }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

function houstonYml(fleet: Fleet, folder: string): string {
  const zone = (name: string, hosts: readonly string[]) => {
    const own = fleet.hosts.filter((host) => hosts.includes(host.name))
    const lines = own.map(
      ({ name: host, address, port, user }) => `        - ${JSON.stringify({ name: host, address, port, user })}`,
    )
    return [`      ${name}:`, ...lines].join('\n')
  }
  return `application: shop
release: { from: none, directory: "${fleet.root}/{{host}}/srv" }
recipe:
  start: |
    echo "$HOUSTON_HOST $HOUSTON_RELEASE" >> ${folder}/journal
    while [ -e "${folder}/held/$HOUSTON_HOST" ]; do sleep 0.05; done
    if [ -e "${folder}/sick/$HOUSTON_HOST" ]; then echo "<b>no start</b> here"; exit 3; fi
  timeout: 60s
environments:
  production:
    zones:
${zone('eu-1a', HOSTS.slice(0, 2))}
${zone('us-1a', HOSTS.slice(2))}
    rollout: { batch: 1, max_unavailable: 1, max_failures: 0 }
`
}

function serverYml({ knownHosts, identity }: Fleet): string {
  return `known_hosts: ["${knownHosts.file}"]
identities:
  default: { key_file: "${identity.file}", allow: [{ repository: "*", environments: ["*"], hosts: ["*"] }] }
`
}
