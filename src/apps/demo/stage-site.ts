// Builds the demo's world: a fleet of SSH servers, and a folder with the two files that its people would have written.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Fleet, startFleet } from './fleet.ts'
import type { FleetHost } from './fleet-layout.ts'
import { SITE_HEALTH_PATH, SITE_SCRIPTS } from './site.ts'

/** `folder`: where the demo's commands are typed. `journal`: one line per run, written by the hosts themselves. */
export type World = { fleet: Fleet; folder: string; journal: string }

export const ZONES = ['eu-1a', 'eu-1b', 'eu-1c'] as const
const HOSTS_A_ZONE = 4

export async function buildWorld(): Promise<World> {
  const hosts = ZONES.flatMap((zone) =>
    Array.from({ length: HOSTS_A_ZONE }, (_, index) => ({ name: `web${index + 1}.${zone}` })),
  )
  const fleet = await startFleet({ hosts })
  const folder = join(fleet.root, 'shop')
  const journal = join(fleet.root, 'journal')
  await mkdir(join(folder, '.github'), { recursive: true })
  await writeFile(join(folder, '.github', 'houston.yml'), houstonYml(fleet))
  await writeFile(join(folder, 'houston.server.yml'), serverYml(fleet))
  return { fleet, folder, journal }
}

function houstonYml({ hosts, root }: Fleet): string {
  const lines = (zone: string) => hosts.filter(({ name }) => name.endsWith(`.${zone}`)).map(hostLine)
  return `# The demo's application: 12 hosts in 3 zones, all of them on this machine.
application: shop
release:
  from: path
  path: ./build
  directory: ${JSON.stringify(`${root}/{{host}}/srv`)}
recipe:
  # Each host notes in one journal that it was touched: the demo reads the order from there.
  preflight: |
    ${SITE_SCRIPTS.preflight}
    printf '%s %s\\n' "$HOUSTON_HOST" "$HOUSTON_RELEASE" >> "$HOUSTON_FLEET_ROOT/journal"
  start: ${SITE_SCRIPTS.start}
  validate: ${validation(hosts)}
  timeout: 30s
environments:
  demo:
    ssh: { user: ${JSON.stringify(hosts[0]?.user)}, identity: demo }
    zones:
${ZONES.map((zone) => `      ${zone}:\n        hosts:\n${lines(zone).join('\n')}`).join('\n')}
    rollout:
      canary: { hosts: 1, bake: 1s }
      batch: 25%
      max_unavailable: 50%
      max_failures: 1
`
}

function hostLine({ name, address, port }: FleetHost): string {
  return `          - ${JSON.stringify({ name, address, port })}`
}

/** Where one address serves all hosts (macOS), their ports differ, and only the host itself knows its own. */
function validation(hosts: readonly FleetHost[]): string {
  const [first] = hosts
  if (hosts.every(({ webPort }) => webPort === first?.webPort))
    return `{ http: { port: ${first?.webPort}, path: ${SITE_HEALTH_PATH}, address: "{{address}}" }, retries: 3, interval: 200ms }`
  const ask = `fetch("http://"+process.env.HOUSTON_FLEET_ADDRESS+":"+process.env.HOUSTON_FLEET_WEB_PORT+"${SITE_HEALTH_PATH}").then(r => process.exit(r.ok ? 0 : 1))`
  return JSON.stringify(`"$HOUSTON_FLEET_NODE" -e '${ask}'`)
}

function serverYml({ knownHosts, identity }: Fleet): string {
  return `# What the operator of the demo's Houston would have written.
known_hosts: [${JSON.stringify(knownHosts.file)}]
identities:
  demo:
    key_file: ${JSON.stringify(identity.file)}
    allow: [{ repository: "*", environments: [demo], hosts: ["*"] }]
`
}
