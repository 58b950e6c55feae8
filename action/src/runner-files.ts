// The files through which a step gives its outputs and its summary to the runner. Each output stands between two lines that
// nobody can guess, so that no value ends early and begins another.

import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { bounded } from '../../src/core/escape-markdown.ts'
import type { Outputs } from './contract.ts'

/** GitHub takes 1 MiB of summary a step; a character has up to four bytes, and others may have written to it. */
const MOST_SUMMARY = 250_000

export type RunnerFiles = { output(outputs: Outputs): void; summary(markdown: string): void }

/** `env`: the step's. A file that the runner did not name is not written. */
export function openRunnerFiles(env: Readonly<Record<string, string | undefined>>): RunnerFiles {
  const append = (file: string | undefined, text: string) => {
    if (file !== undefined && file !== '') appendFileSync(file, text)
  }
  return {
    output(outputs) {
      for (const [name, value] of Object.entries(outputs)) {
        const end = `end-${randomUUID()}`
        append(env.GITHUB_OUTPUT, `${name}<<${end}\n${value}\n${end}\n`)
      }
    },
    summary: (markdown) => append(env.GITHUB_STEP_SUMMARY, `${bounded(markdown, MOST_SUMMARY)}\n`),
  }
}
