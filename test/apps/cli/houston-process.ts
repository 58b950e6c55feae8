// Houston in processes of its own, as in several terminals, on a small fleet of real SSH servers.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Fleet, startFleet } from '../../../src/apps/demo/fleet.ts'

const MAIN = fileURLToPath(new URL('../../../src/apps/cli/main.ts', import.meta.url))

type Variables = Readonly<Record<string, string>>

export type Terminal = {
  folder: string
  /** Runs a command to its end. */
  run(...words: string[]): Promise<{ code: number | null; out: string; err: string }>
  /** Starts a command that speaks lines of JSON. */
  start(...words: string[]): Running
  /** Starts `houston serve`, which speaks lines of JSON on its stderr; resolves when it is ready. */
  serve(): Promise<Running>
  /** Hosts whose `start` waits until they are let go. */
  hold(...hosts: string[]): void
  release(): void
  /** What the hosts themselves noted: a line per `start` that was begun there. */
  journal(): string[]
  close(): Promise<void>
}

export type Running = {
  child: ChildProcess
  /** Resolves with the first line that fits; rejects when the command ends before. */
  line(fits: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>
  /** Every line so far. */
  said(): Record<string, unknown>[]
  /** What was said so far fits no more. */
  forget(): void
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; err: string }>
}

export async function openTerminal(hosts: readonly string[], variables: Variables = {}): Promise<Terminal> {
  const folder = mkdtempSync(join(tmpdir(), 'houston-terminal-'))
  const fleet = await startFleet({ hosts: hosts.map((name) => ({ name })) })
  writeFiles(folder, fleet)
  const { DATABASE_URL: _, HOUSTON_DATA: __, HOUSTON_SETTINGS: ___, ...env } = process.env
  const launch = (words: readonly string[]) =>
    spawn(process.execPath, [MAIN, ...words], {
      cwd: folder,
      env: { ...env, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  const heldFile = (host: string) => join(folder, 'held', host)
  return {
    folder,
    run: async (...words) => {
      const child = launch(words)
      const [out, err] = [collect(child.stdout), collect(child.stderr)]
      const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
      return { code, out: out(), err: err() }
    },
    start: (...words) => {
      const child = launch(words)
      return running(child, child.stdout)
    },
    serve: async () => {
      const child = launch(['serve', '--listen', '127.0.0.1:0'])
      const server = running(child, child.stderr)
      await server.line(({ message }) => message === 'ready')
      return server
    },
    hold: (...held) => {
      for (const host of held) writeFileSync(heldFile(host), '')
    },
    release: () => {
      for (const host of hosts) rmSync(heldFile(host), { force: true })
    },
    journal: () => readFileSync(join(folder, 'journal'), 'utf8').trim().split('\n'),
    close: async () => {
      await fleet.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function running(child: ChildProcess, stream: NodeJS.ReadableStream | null): Running {
  const lines: Record<string, unknown>[] = []
  const waiting: (() => void)[] = []
  const wake = () => {
    for (const each of waiting.splice(0)) each()
  }
  let rest = ''
  let over = false
  stream?.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts.map((part): Record<string, unknown> => JSON.parse(part)))
    wake()
  })
  const err = collect(child.stderr)
  const ended = new Promise<Awaited<Running['ended']>>((resolve) =>
    child.once('close', (code, signal) => {
      over = true
      wake()
      resolve({ code, signal, err: err() })
    }),
  )
  let read = 0
  const line: Running['line'] = async (fits) => {
    for (;;) {
      const found = lines.slice(read).find(fits)
      if (found) return found
      if (over) throw new Error(`the command ended before: ${err()} ${JSON.stringify(lines.at(-1))}`)
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }
  const forget = () => {
    read = lines.length
  }
  return { child, line, ended, said: () => [...lines], forget }
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: string[] = []
  stream?.on('data', (chunk: Buffer) => chunks.push(String(chunk)))
  return () => chunks.join('')
}

function writeFiles(folder: string, fleet: Fleet): void {
  const hosts = fleet.hosts.map(
    ({ name, address, port, user }) => `        - { name: ${name}, address: ${address}, port: ${port}, user: ${user} }`,
  )
  for (const each of ['.github', 'held']) mkdirSync(join(folder, each))
  writeFileSync(join(folder, 'journal'), '')
  writeFileSync(
    join(folder, '.github', 'houston.yml'),
    `application: shop
release: { from: none, directory: "${fleet.root}/{{host}}/srv" }
recipe:
  start: |
    host=$(basename "$(dirname "$(dirname "$(dirname "$(pwd)")")")")
    echo "$host $(basename "$(pwd)")" >> ${folder}/journal
    while [ -e ${folder}/held/"$host" ]; do sleep 0.05; done
environments:
  production:
    zones:
      eu:
${hosts.join('\n')}
    rollout: { batch: 1, max_unavailable: 1 }
`,
  )
  writeFileSync(
    join(folder, 'houston.server.yml'),
    `known_hosts: ["${fleet.knownHosts.file}"]
identities:
  default: { key_file: "${fleet.identity.file}", allow: [{ repository: "*", environments: ["*"], hosts: ["*"] }] }
`,
  )
}
