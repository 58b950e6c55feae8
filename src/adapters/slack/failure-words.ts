// Why hosts are not well, in one line of markup. The cause is a host's own words: it stands in code.

import { hosts } from '../../core/phrases.ts'
import type { FailureGroup } from '../../core/report-failures.ts'
import { code } from './escape.ts'

/** `*7 hosts* failed at start: …`. */
export function failureWords({ phase, step, signature, hosts: { count } }: FailureGroup): string {
  const cause = signature === '' ? '' : `: ${code(signature, 160)}`
  return `${GLYPHS[phase]} *${hosts(count)}* ${how(phase, step)}${cause}`
}

function how(phase: FailureGroup['phase'], step: string | undefined): string {
  if (phase === 'unreachable') return 'unreachable'
  const at = step === undefined ? '' : ` at ${step}`
  return phase === 'unknown' ? `out of sight${at}, perhaps still at work` : `failed${at}`
}

const GLYPHS: Readonly<Record<FailureGroup['phase'], string>> = { failed: '🔴', unreachable: '🟠', unknown: '🟣' }
