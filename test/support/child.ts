// A child process that prints JSON lines, for tests.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export class Child {
  readonly #process: ChildProcess
  readonly #lines: AsyncIterator<string>
  /** Every line read so far. */
  readonly said: Record<string, unknown>[] = []

  constructor(script: string, ...args: string[]) {
    const path = new URL(script, import.meta.url).pathname
    this.#process = spawn(process.execPath, [path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
    if (!this.#process.stdout) throw new Error('no output')
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]()
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  /** The next line; `undefined` when there is none any more. */
  async next(): Promise<Record<string, unknown> | undefined> {
    const { done, value } = await this.#lines.next()
    if (done) return undefined
    const line: Record<string, unknown> = JSON.parse(value)
    this.said.push(line)
    return line
  }

  /** kill -9; reads what it still said, and returns when it is gone. */
  async kill(): Promise<void> {
    const running = this.#process.exitCode === null && this.#process.signalCode === null
    const gone = running ? once(this.#process, 'exit') : undefined
    this.#process.kill('SIGKILL')
    while (await this.next());
    await gone
  }
}
