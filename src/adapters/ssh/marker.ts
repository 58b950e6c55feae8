// What a host says beside its output: lines on stderr that begin with a nonce of this exec. Anything else there is noise.

import { STEPS, type Step } from '../../core/recipe.ts'

export type Outcome = 'ok' | 'failed' | 'timeout' | 'interrupted' | 'fenced' | 'busy' | 'broken' | 'transfer' | 'absent'

export type Result = { outcome: Outcome; step?: Step; code: number; installed?: string }

export type Marker =
  /** The shell is ours, and looks after a run that another one began; or it probes. */
  | { kind: 'hello' }
  /** The shell leads no process group, so nothing was begun: it could not be stopped with all that it forks. */
  | { kind: 'ungrouped' }
  /** The run is claimed: from here on it may go on without us. */
  | { kind: 'begun' }
  | { kind: 'need' }
  | { kind: 'verdict' }
  | { kind: 'step'; step: Step }
  /** The recipe's own word, before its shell reads back what it kept. */
  | { kind: 'ran'; result?: Result }
  | { kind: 'lost'; bytes: number }
  | { kind: 'reason'; text: string }
  | { kind: 'result'; result: Result }
  | { kind: 'installed' | 'previous' | 'current' | 'live' | 'ended'; name: string }
  | { kind: 'returned' }
  | { kind: 'probed' }

const OUTCOMES: readonly Outcome[] = [
  'ok',
  'failed',
  'timeout',
  'interrupted',
  'fenced',
  'busy',
  'broken',
  'transfer',
  'absent',
]

/** `undefined` for a line that says nothing in our words. */
export function parseMarker(line: string, nonce: string): Marker | undefined {
  const prefix = `houston-${nonce} `
  if (!line.startsWith(prefix)) return undefined
  const text = line.slice(prefix.length)
  const [kind, ...words] = text.split(' ')
  switch (kind) {
    case 'hello':
    case 'ungrouped':
    case 'begun':
    case 'need':
    case 'verdict':
    case 'returned':
    case 'probed':
      return { kind }
    case 'step':
      return withStep(words[0])
    case 'ran':
      return { kind, ...optional('result', parseResult(words)) }
    case 'lost':
      return { kind, bytes: Number(words[0]) || 0 }
    case 'reason':
      return { kind, text: words.join(' ') }
    case 'installed':
    case 'previous':
    case 'current':
    case 'live':
    case 'ended':
      return { kind, name: words.join(' ') }
    case 'result': {
      const result = words.at(-1) === 'end' ? parseResult(words) : undefined
      return result && { kind, result }
    }
    default:
      return undefined
  }
}

function parseResult([outcome, step, code, installed]: readonly string[]): Result | undefined {
  const known = OUTCOMES.find((name) => name === outcome)
  if (!known) return undefined
  return {
    outcome: known,
    code: Number(code) || 0,
    ...optional(
      'step',
      STEPS.find((name) => name === step),
    ),
    ...optional('installed', installed === '-' ? undefined : installed),
  }
}

function withStep(word: string | undefined): Marker | undefined {
  const step = STEPS.find((name) => name === word)
  return step && { kind: 'step', step }
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  const filled: { [P in K]?: V } = {}
  if (value !== undefined) filled[key] = value
  return filled
}
