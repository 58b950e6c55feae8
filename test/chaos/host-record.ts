// What a host itself writes down while a recipe runs there: the shell text that writes, and the reader of it. The file lies
// outside Houston's directory, is only appended to, and nothing of Houston reads it.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Recipe, ScriptedStep } from '../../src/core/recipe.ts'

/** `upMs`: since the machine booted, the same clock for all hosts and for whoever talks to Houston. */
export type HostLine = {
  mark: 'begin' | 'end' | 'fail'
  step: string
  release: string
  rollout: string
  /** Of the recipe's shell. */
  pid: number
  upMs: number
}

/** In the order in which the host wrote. */
export type HostRecord = { host: string; lines: readonly HostLine[] }

/** The variable of a release that names the hosts on which it does not start. */
export const BAD_HOSTS = 'CHAOS_BAD_HOSTS'

const FILE = 'record'
const SECONDS: readonly (readonly [step: ScriptedStep, seconds: number])[] = [
  ['preflight', 0],
  ['drain', 0.2],
  ['stop', 0.1],
  ['start', 0.8],
  ['undrain', 0.2],
]

/** The last of the recorded steps: whoever ended it has been through the recipe. */
export const LAST_STEP = 'undrain'

/** A recipe whose every step says on its host when it begins and when it has ended. */
export function recordingScripts(): Recipe['scripts'] {
  return Object.fromEntries(SECONDS.map(([step, seconds]) => [step, scriptOf(step, seconds)]))
}

function scriptOf(step: ScriptedStep, seconds: number): string {
  const bad = `case " $${BAD_HOSTS} " in *" $HOUSTON_HOST "*) note fail; exit 1 ;; esac\n`
  return `note() {
  read -r up idle </proc/uptime
  printf '%s ${step} %s %s %s %s\\n' "$1" "$HOUSTON_RELEASE" "$HOUSTON_ROLLOUT" $$ "$up" >>"$HOME/${FILE}"
}
note begin
${seconds > 0 ? `sleep ${seconds}\n` : ''}${step === 'start' ? bad : ''}note end
`
}

export function readRecord(host: string, directory: string): HostRecord {
  const file = join(directory, FILE)
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  // What follows the last line break is a line that is being written.
  return { host, lines: text.split('\n').slice(0, -1).map(parseLine) }
}

/** Throws for anything that the scripts above do not write: a torn line would be a fault of the judge. */
export function parseLine(text: string): HostLine {
  const [mark, step, release, rollout, pid, up, ...rest] = text.split(' ')
  const known = mark === 'begin' || mark === 'end' || mark === 'fail'
  if (!known || !step || !release || !rollout || !Number(pid) || !Number(up) || rest.length > 0)
    throw new Error(`a host's record has a strange line: ${JSON.stringify(text)}`)
  return { mark, step, release, rollout, pid: Number(pid), upMs: Math.round(Number(up) * 1_000) }
}

/** Now, on the clock of the records. */
export function upMs(): number {
  return Math.round(Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]) * 1_000)
}
