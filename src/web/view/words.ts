// What stands on the pages for phases and causes: a word, a glyph and a tone, so that colour never tells alone.

import type { FailureGroup } from '../../core/report-failures.ts'
import type { HostPhase, RolloutPhase } from '../../core/rollout.ts'
import { html, type View } from './html.ts'

export type Tone = 'ok' | 'run' | 'bad' | 'warn' | 'odd' | 'quiet'

type Sign = { word: string; glyph: string; tone: Tone }

export const ROLLOUT_SIGNS: Readonly<Record<RolloutPhase, Sign>> = {
  unapproved: { word: 'waits for approval', glyph: '‖', tone: 'warn' },
  gated: { word: 'about to start', glyph: '○', tone: 'quiet' },
  running: { word: 'running', glyph: '▶', tone: 'run' },
  baking: { word: 'baking', glyph: '◷', tone: 'run' },
  waiting: { word: 'waits for continue', glyph: '‖', tone: 'warn' },
  halting: { word: 'halting', glyph: '■', tone: 'bad' },
  halted: { word: 'halted', glyph: '■', tone: 'bad' },
  succeeded: { word: 'succeeded', glyph: '✓', tone: 'ok' },
  failed: { word: 'failed', glyph: '✕', tone: 'bad' },
  aborted: { word: 'aborted', glyph: '■', tone: 'bad' },
  superseded: { word: 'superseded', glyph: '»', tone: 'warn' },
}

export const HOST_SIGNS: Readonly<Record<HostPhase, Sign>> = {
  queued: { word: 'queued', glyph: '·', tone: 'quiet' },
  running: { word: 'at work', glyph: '▶', tone: 'run' },
  succeeded: { word: 'succeeded', glyph: '✓', tone: 'ok' },
  failed: { word: 'failed', glyph: '✕', tone: 'bad' },
  unreachable: { word: 'unreachable', glyph: '!', tone: 'warn' },
  unknown: { word: 'out of sight', glyph: '?', tone: 'odd' },
  skipped: { word: 'skipped', glyph: '–', tone: 'quiet' },
}

export function badge({ word, glyph, tone }: Sign): View {
  return html`<span class="badge ${tone}"><span aria-hidden="true">${glyph}</span> ${word}</span>`
}

/** What a host said, in one phrase. */
export function causeWords({ phase, step, signature }: Pick<FailureGroup, 'phase' | 'step' | 'signature'>): string {
  const said = signature.length > 200 ? `${signature.slice(0, 199)}…` : signature
  if (phase === 'unreachable') return `unreachable: ${said}`
  if (phase === 'unknown') return `out of sight, may still be at work: ${said}`
  return step === undefined || signature.startsWith(step) ? said : `${step}: ${said}`
}
