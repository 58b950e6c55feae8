// One process of Houston in a chaos run, a replica or a runner: started, killed, frozen, drained, and started again under the
// same name. It knows nothing of rollouts.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const LAUNCHER = fileURLToPath(new URL('../../bin/houston.js', import.meta.url))
const READY_POLL_MS = 50
const READY_WITHIN_MS = 60_000
const WORDS_KEPT = 40

export type ProcessPlan = {
  /** Also its name at the database. */
  name: string
  words: readonly string[]
  folder: string
  env: Record<string, string>
  /** Whether it takes work; asked again and again after its start. */
  ready(said: readonly string[]): Promise<boolean>
  /** It ended, and nobody had told it to. It is started again, as a supervisor would. */
  died(name: string, how: string, said: readonly string[]): void
}

export class HoustonProcess {
  readonly #plan: ProcessPlan
  #child: ChildProcess | undefined
  #told = false
  #said: string[] = []
  /** Ready, and nothing is being done to it. */
  up = false

  constructor(plan: ProcessPlan) {
    this.#plan = plan
  }

  get name(): string {
    return this.#plan.name
  }

  /** Resolves when it takes work, or has died. */
  async start(): Promise<void> {
    const { words, folder, env } = this.#plan
    const { DATABASE_URL: _, HOUSTON_DATA: __, HOUSTON_SETTINGS: ___, ...own } = process.env
    const child = spawn(process.execPath, [LAUNCHER, ...words], {
      ...{ cwd: folder, env: { ...own, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
    })
    this.#child = child
    this.#told = false
    this.#said = []
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => this.#hear(String(chunk)))
    child.once('exit', (code, signal) => this.#ended(String(signal ?? code)))
    await this.#ready(child)
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name)
  }

  /** Answers how long it took to end, in ms. */
  async end(name: 'SIGKILL' | 'SIGTERM'): Promise<number> {
    const child = this.#child
    this.up = false
    this.#told = true
    if (!child || gone(child)) return 0
    const since = performance.now()
    const ended = once(child, 'exit')
    child.kill(name)
    await ended
    return performance.now() - since
  }

  async #ready(child: ChildProcess): Promise<void> {
    const until = performance.now() + READY_WITHIN_MS
    while (!gone(child)) {
      if (await this.#plan.ready(this.#said).catch(() => false)) {
        this.up = this.#child === child
        return
      }
      if (performance.now() > until) throw new Error(`${this.name} was not ready in time: ${this.#said.join('')}`)
      await delay(READY_POLL_MS)
    }
  }

  #hear(words: string): void {
    this.#said = [...this.#said, words].slice(-WORDS_KEPT)
  }

  #ended(how: string): void {
    this.up = false
    if (this.#told) return
    this.#plan.died(this.name, how, this.#said)
    this.start().catch((error: unknown) => this.#plan.died(this.name, String(error), []))
  }
}

function gone(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}
