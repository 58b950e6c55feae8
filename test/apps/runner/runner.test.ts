// houston runner as a process of its own: hosts of a zone that names it are reached through it, with files that only the
// deploying process had; and it hands over when it is told to end.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sshd, sshdMissing, startSshd } from '../../adapters/ssh/sshd.ts'
import { describeOnServer } from '../../support/on-stores.ts'
import { type Collector, openCollector } from '../../support/otlp-collector.ts'
import { PostgresServer } from '../../support/postgres-server.ts'
import { readSamples, sumOf } from '../server/metrics/scrape.ts'

const MAIN = fileURLToPath(new URL('../../../src/apps/cli/main.ts', import.meta.url))

describeOnServer('houston runner', (programs) => {
  describe.skipIf(sshdMissing)(`beside a real SSH server ${sshdMissing ?? ''}`, () => {
    let server: PostgresServer
    let sshd: Sshd
    let url: string
    let collector: Collector
    const ends: (() => void)[] = []

    beforeAll(async () => {
      server = await PostgresServer.start(programs)
      sshd = await startSshd()
      collector = await openCollector()
      url = (await server.database()).replace('@/', '@localhost/')
    })
    afterAll(() => {
      for (const end of ends.reverse()) end()
      sshd?.stop()
      server?.close()
      collector?.close()
    })

    function folder(grants: string): string {
      const path = mkdtempSync(join(tmpdir(), 'houston-runner-'))
      ends.push(() => rmSync(path, { recursive: true, force: true }))
      writeFileSync(join(path, 'known_hosts'), sshd.knownHosts)
      writeFileSync(join(path, 'key'), sshd.pem, { mode: 0o600 })
      const allow = `[{ repository: "*", environments: ["*"], hosts: ["${grants}"] }]`
      writeFileSync(
        join(path, 'houston.server.yml'),
        `known_hosts: ["${path}/known_hosts"]\nidentities:\n  test: { key_file: "${path}/key", allow: ${allow} }\n`,
      )
      return path
    }

    function project(): string {
      const path = folder('127.*')
      mkdirSync(join(path, '.github'))
      mkdirSync(join(path, 'files'))
      writeFileSync(join(path, 'files', 'index.html'), 'hello')
      const { port, user, identity } = sshd.host('any')
      const hosts = ['h1', 'h2', 'h3'].map(
        (name, index) => `{ name: ${name}, address: 127.0.0.${index + 1}, port: ${port} }`,
      )
      writeFileSync(
        join(path, '.github', 'houston.yml'),
        `application: shop
release: { from: path, path: files, directory: "${sshd.root}/{{host}}/srv" }
ssh: { user: ${user}, identity: ${identity} }
environments:
  production:
    zones: { far: { runner: eu, hosts: [${hosts.slice(0, 2).join(', ')}] }, near: [${hosts[2]}] }
    rollout: { batch: 100%, max_unavailable: 100% }
`,
      )
      return path
    }

    function houston(cwd: string, ...words: string[]): ChildProcess {
      const { HOUSTON_DATA: _, HOUSTON_SETTINGS: __, ...env } = process.env
      const variables = { ...env, DATABASE_URL: url, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
      return spawn(process.execPath, [MAIN, ...words], { cwd, env: variables, stdio: 'pipe' })
    }

    async function run(cwd: string, ...words: string[]) {
      const child = houston(cwd, ...words)
      const said: string[] = []
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => said.push(String(chunk)))
      const [code] = await once(child, 'close')
      return { code, said: said.join('') }
    }

    /** A runner that is ready, in a folder that has only its settings. */
    async function startRunner(grants: string) {
      const child = houston(folder(grants), 'runner', '--name', 'eu', '--listen', '127.0.0.1:0')
      ends.push(() => child.kill('SIGKILL'))
      if (!child.stderr) throw new Error('no output')
      const lines = createInterface({ input: child.stderr })
      let address = ''
      for await (const line of lines) {
        const said = JSON.parse(line)
        if (said.message === 'listening') address = String(said.address)
        if (said.message === 'ready') break
      }
      child.stderr.resume()
      return { child, address }
    }

    it('carries a release to its hosts, and the files with it', async () => {
      const { child, address } = await startRunner('127.*')
      const { code, said } = await run(project(), 'deploy', 'production', 'v1', '--yes')
      expect(said).toMatch(/succeeded/)
      expect(code).toBe(0)
      for (const host of ['h1', 'h2', 'h3'])
        expect(readFileSync(join(sshd.root, host, 'srv/current/index.html'), 'utf8')).toBe('hello')
      // The two of its zone; the third was reached by whoever deployed.
      const measures = readSamples(await (await fetch(`http://${address}/metrics`)).text())
      expect(sumOf(measures, 'houston_host_runs_total', { outcome: 'succeeded' })).toBe(2)
      expect(sumOf(measures, 'houston_store_up')).toBe(1)
      child.kill('SIGTERM')
      expect((await once(child, 'exit'))[0]).toBe(0)
      // One trace of two processes: each tells the steps on the hosts that it reached.
      const { spans } = collector
      const ids = spans.map(({ id }) => id)
      expect(new Set(spans.map(({ trace }) => trace)).size).toBe(1)
      expect(spans.filter(({ parent }) => parent !== undefined && !ids.includes(parent))).toEqual([])
      const own = spans.find(({ parent }) => parent === undefined)?.resource['service.instance.id']
      const steps = spans.filter(({ attributes }) => attributes['houston.outcome'] === 'done')
      const far = steps.filter(({ resource }) => resource['service.instance.id'] !== own)
      const hostsOf = (some: typeof spans) =>
        [...new Set(some.map(({ attributes }) => attributes['houston.host']))].sort()
      expect([hostsOf(far), hostsOf(steps)]).toEqual([
        ['h1', 'h2'],
        ['h1', 'h2', 'h3'],
      ])
    })

    it('dials nothing that its own settings do not grant, and says so', async () => {
      const { child } = await startRunner('127.0.0.2')
      const { code, said } = await run(project(), 'deploy', 'production', 'v2', '--yes')
      expect(code).toBe(1)
      expect(said).toContain("this runner's settings grant no key for 127.0.0.1")
      expect(existsSync(join(sshd.root, 'h1/srv/releases/v2'))).toBe(false)
      child.kill('SIGKILL')
    })

    it('needs a database, and a name that can be one', async () => {
      const path = folder('*')
      const { DATABASE_URL: _, ...env } = process.env
      const child = spawn(process.execPath, [MAIN, 'runner', '--name', 'eu'], { cwd: path, env, stdio: 'pipe' })
      const said: string[] = []
      child.stderr?.on('data', (chunk: Buffer) => said.push(String(chunk)))
      expect((await once(child, 'close'))[0]).toBe(2)
      expect(said.join('')).toContain('A runner needs DATABASE_URL')
      expect(await run(path, 'runner', '--name', 'EU 1')).toMatchObject({ code: 2 })
    })
  })
})
