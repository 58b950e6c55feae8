// Runs a checked-in step as GitHub's runner does: Node, inputs and files in the environment, signals at the end. What the step
// says to the runner is read back as the runner reads it.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Verb } from '../../../action/src/contract.ts'
import { variableOf } from '../../../action/src/inputs.ts'
import { readOutputs } from '../../support/runner-reads.ts'

export type Ended = {
  code: number | null
  log: string
  summary: string
  outputs: Readonly<Record<string, string>>
  tookMs: number
}

export type RunningStep = {
  child: ChildProcess
  /** Resolves when the log holds this. */
  says(text: string): Promise<void>
  ended: Promise<Ended>
}

export type Job = {
  verb: Verb
  inputs: Readonly<Record<string, string>>
  /** The checkout. */
  workspace: string
  env?: Readonly<Record<string, string>>
}

const JOB = {
  GITHUB_ACTIONS: 'true',
  GITHUB_ACTOR: 'ada',
  GITHUB_ACTOR_ID: '1',
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_REPOSITORY_ID: '7',
  GITHUB_RUN_ID: '99',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_API_URL: 'http://127.0.0.1:9',
}

export function startStep({ verb, inputs, workspace, env = {} }: Job): RunningStep {
  const folder = mkdtempSync(join(tmpdir(), 'houston-runner-'))
  const file = (name: string) => {
    const path = join(folder, name)
    writeFileSync(path, '')
    return path
  }
  const files = {
    GITHUB_OUTPUT: file('output'),
    GITHUB_STEP_SUMMARY: file('summary'),
    GITHUB_EVENT_PATH: file('event'),
  }
  const main = fileURLToPath(new URL(`../../../action/${verb}/dist/main.js`, import.meta.url))
  const given = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [variableOf(name), value]))
  const began = performance.now()
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env.PATH,
      ...JOB,
      ...files,
      GITHUB_WORKSPACE: workspace,
      RUNNER_TEMP: folder,
      ...env,
      ...given,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  const ears = new Set<() => void>()
  const hear = (chunk: Buffer) => {
    log += chunk
    for (const ear of ears) ear()
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const read = async (): Promise<Ended> => {
    const [code] = await once(child, 'close')
    const [outputs, summary] = [files.GITHUB_OUTPUT, files.GITHUB_STEP_SUMMARY].map((path) =>
      readFileSync(path, 'utf8'),
    )
    rmSync(folder, { recursive: true, force: true })
    const tookMs = performance.now() - began
    return { code, log, summary: summary ?? '', outputs: readOutputs(outputs ?? ''), tookMs }
  }
  const ended = read()
  return {
    child,
    ended,
    says: (text) =>
      new Promise((resolve, reject) => {
        const ear = () => {
          if (!log.includes(text)) return
          ears.delete(ear)
          resolve()
        }
        ears.add(ear)
        ear()
        void ended.then(() => reject(new Error(`the step ended without saying ${text}:\n${log}`)))
      }),
  }
}

export function runStep(job: Job): Promise<Ended> {
  return startStep(job).ended
}
