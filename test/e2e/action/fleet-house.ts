// A checkout with houston.yml and a fleet of real SSH servers in two zones. The hosts' own journal is the judge of what was done
// on them.

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Fleet, startFleet } from '../../../src/apps/demo/fleet.ts'

export const HOSTS = ['web1', 'web2', 'web3', 'web4'] as const

export type FleetHouse = {
  fleet: Fleet
  workspace: string
  /** What a step needs to reach the fleet. */
  inputs: Readonly<Record<string, string>>
  /** Commits what is in the checkout under this tag. */
  release(tag: string, files?: Readonly<Record<string, string>>): void
  /** Another configuration of the same fleet, beside the checkout's own. */
  configure(file: string, rollout: string): void
  /** `host release` of each start that was begun there, in this order. */
  journal(): string[]
  /** The release that a host's `current` link names. */
  runs(host: string): string
  hold(host: string): void
  letGo(): void
  sicken(...hosts: readonly string[]): void
  heal(): void
  close(): Promise<void>
}

/** One host at a time, and none may fail. */
const CAREFUL = '{ batch: 1, max_unavailable: 1, max_failures: 0 }'

/** Nothing stays when it throws. */
export async function openFleetHouse(): Promise<FleetHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'houston-action-'))
  const fleet = await startFleet({ hosts: HOSTS.map((name) => ({ name })) }).catch((error: unknown) => {
    rmSync(folder, { recursive: true, force: true })
    throw error
  })
  const workspace = join(folder, 'checkout')
  for (const each of ['held', 'sick', 'checkout/.github']) mkdirSync(join(folder, each), { recursive: true })
  writeFileSync(join(folder, 'journal'), '')
  writeFileSync(join(workspace, '.github/houston.yml'), houstonYml(fleet, CAREFUL))
  writeFileSync(join(workspace, 'run.sh'), runScript(folder))
  const git = (...words: string[]) => execFileSync('git', ['-C', workspace, ...AUTHOR, ...words], { stdio: 'pipe' })
  git('init', '-q', '-b', 'main')
  const flags = (kind: string, hosts: readonly string[]) => {
    for (const host of hosts) writeFileSync(join(folder, kind, host), '')
  }
  const clear = (kind: string) => {
    for (const host of HOSTS) rmSync(join(folder, kind, host), { force: true })
  }
  return {
    ...{ fleet, workspace },
    inputs: {
      ...{ mode: 'direct', environment: 'production', 'known-hosts': fleet.knownHosts.text },
      'ssh-key': fleet.identity.text,
    },
    release(tag, files = {}) {
      for (const [name, text] of Object.entries({ version: tag, ...files })) writeFileSync(join(workspace, name), text)
      git('add', '-A')
      git('commit', '-q', '-m', tag)
      git('tag', tag)
    },
    configure: (file, other) => writeFileSync(join(workspace, file), houstonYml(fleet, other)),
    journal: () => readFileSync(join(folder, 'journal'), 'utf8').split('\n').filter(Boolean),
    runs: (host) => readFileSync(`${fleet.root}/${host}/srv/current/version`, 'utf8'),
    hold: (host) => flags('held', [host]),
    letGo: () => clear('held'),
    sicken: (...hosts) => flags('sick', hosts),
    heal: () => clear('sick'),
    async close() {
      await fleet.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const AUTHOR = ['-c', 'user.name=ada', '-c', 'user.email=ada@acme.dev', '-c', 'commit.gpgsign=false']

/** The release itself brings what is run: its journal line proves that its files arrived. */
function runScript(folder: string): string {
  return `#!/bin/sh
echo "$HOUSTON_HOST $(cat version)" >> ${folder}/journal
while [ -e "${folder}/held/$HOUSTON_HOST" ]; do sleep 0.05; done
if [ -e "${folder}/sick/$HOUSTON_HOST" ]; then echo "::set-output name=state::succeeded"; echo "no ##[error]start here"; exit 3; fi
`
}

function houstonYml(fleet: Fleet, rollout: string): string {
  const zone = (name: string, hosts: readonly string[]) => {
    const own = fleet.hosts.filter((host) => hosts.includes(host.name))
    const places = own.map(({ name: host, address, port, user }) => JSON.stringify({ name: host, address, port, user }))
    return [`      ${name}:`, ...places.map((place) => `        - ${place}`)].join('\n')
  }
  return `application: shop
release: { from: tarball, directory: "${fleet.root}/{{host}}/srv" }
recipe: { start: sh ./run.sh, timeout: 60s }
environments:
  production:
    url: https://shop.acme.dev
    zones:
${zone('eu-1a', HOSTS.slice(0, 2))}
${zone('us-1a', HOSTS.slice(2))}
    rollout: ${rollout}
`
}
