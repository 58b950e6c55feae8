// Plays a rollout from words: `a1 ok`, `b2 failed`, `halt`, `skip a1`, `open`, `baked`, `crash`. For tests that read as a story.

import type { Ask } from '../../src/core/intent.ts'
import type { Plan } from '../../src/core/plan.ts'
import { recover } from '../../src/core/recover.ts'
import type { RolloutEffect, RolloutEvent } from '../../src/core/rollout.ts'
import { newRollout, openRollout, type RolloutState } from '../../src/core/rollout-state.ts'
import { transition } from '../../src/core/transition.ts'
import { ADA } from './rollout-phases.ts'
import { effectsInWords, hostsInWords } from './rollout-words.ts'

const REPORTS = {
  ok: { kind: 'host-succeeded', installed: 'r2' },
  wrong: { kind: 'host-succeeded', installed: 'r1' },
  failed: { kind: 'host-failed', step: 'start', signature: 'start exited 1' },
  unreachable: { kind: 'host-unreachable', signature: 'refused' },
  unknown: { kind: 'host-unknown', signature: 'cut' },
  'given back': { kind: 'host-withdrawn', absent: false },
  absent: { kind: 'host-withdrawn', absent: true },
  step: { kind: 'host-step', step: 'start' },
} as const

export type Told = { state: RolloutState; effects: RolloutEffect[]; words: string }

/** Tells one thing after the other; answers what came of the last. */
export function play(plan: Plan, lines: readonly string[]): Told {
  let state = newRollout(plan)
  let effects: RolloutEffect[] = []
  lines.forEach((line, at) => {
    if (line === 'crash') {
      state = openRollout(plan, structuredClone(state.cursor), structuredClone(state.hosts))
      effects = recover(state)
    } else ({ state, effects } = transition(state, eventOf(state, line, at)))
  })
  const words = [state.cursor.phase, hostsInWords(state), effectsInWords(state, effects)].join(' ').trim()
  return { state, effects, words }
}

function eventOf(state: RolloutState, line: string, at: number): RolloutEvent {
  if (line === 'open') return { kind: 'gates-opened', at }
  if (line === 'baked') return { kind: 'bake-ended', stage: state.cursor.stage, dueAt: state.cursor.bakeUntil ?? 0, at }
  const host = state.plan.hosts.findIndex((planned) => line.startsWith(`${planned.host.name} `))
  if (host < 0) return { kind: 'asked', id: `q${at}`, by: ADA, ask: askOf(line), at }
  const report = line.slice(line.indexOf(' ') + 1)
  return { ...reportOf(report), host, attempt: state.hosts[host]?.attempt ?? 1, at }
}

type Report = (typeof REPORTS)[keyof typeof REPORTS]

function reportOf(word: string): Report {
  const found = Object.entries(REPORTS).find(([name]) => name === word)
  if (!found) throw new Error(`no such report: ${word}`)
  return found[1]
}

function askOf(line: string): Ask {
  const [kind, hostName] = line.split(' ')
  switch (kind) {
    case 'skip':
      return { kind, hostName: hostName ?? '' }
    case 'halt':
    case 'resume':
    case 'continue':
    case 'retry':
    case 'abort':
      return { kind }
    default:
      throw new Error(`nobody understands: ${line}`)
  }
}

/** Plays on, and after each line compares: `['a1 ok', 'running +r run a2']`. */
export function story(plan: Plan, lines: readonly (readonly [line: string, words: string])[]): string[] {
  return lines.map(
    (_, index) =>
      play(
        plan,
        lines.slice(0, index + 1).map(([line]) => line),
      ).words,
  )
}
