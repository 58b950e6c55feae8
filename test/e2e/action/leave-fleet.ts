// Starts a small fleet on loopback for the steps of a workflow and leaves it running: `.fleet/` of the checkout gets a houston.yml
// and a release, the workflow's next steps get the key. The runner's machine ends with its job, and the fleet with it.

import { randomUUID } from 'node:crypto'
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startFleet } from '../../../src/apps/demo/fleet.ts'

const fleet = await startFleet({ hosts: ['web1', 'web2', 'web3'].map((name) => ({ name })) })
const folder = join(process.env.GITHUB_WORKSPACE ?? process.cwd(), '.fleet')
mkdirSync(join(folder, 'app'), { recursive: true })
writeFileSync(join(folder, 'app/hello'), 'hello\n')
const hosts = fleet.hosts.map(
  ({ name, address, port, user }) => `        - ${JSON.stringify({ name, address, port, user })}`,
)
writeFileSync(
  join(folder, 'houston.yml'),
  `application: shop
release: { from: path, path: ./app, directory: "${fleet.root}/{{host}}/srv" }
recipe: { start: test -e hello }
environments:
  production:
    zones:
      eu-1a:
${hosts.join('\n')}
`,
)
const end = `end-${randomUUID()}`
const outputs = { key: fleet.identity.text, known_hosts: fleet.knownHosts.text }
const lines = Object.entries(outputs).map(([name, text]) => `${name}<<${end}\n${text}\n${end}\n`)
if (process.env.GITHUB_OUTPUT) appendFileSync(process.env.GITHUB_OUTPUT, lines.join(''))
const pid = await fleet.leave()
process.stdout.write(`a fleet of ${hosts.length} hosts, until process ${pid} is told to end\n`)
