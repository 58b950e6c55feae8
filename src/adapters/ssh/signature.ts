// Names a failure in a few words that are equal on every host that failed the same way, so that they can be counted.

import { constants } from 'node:os'
import type { HostLog } from '../../engine/ports.ts'
import type { Result } from './marker.ts'

const LONGEST = 120

/** Words for a run that did not succeed. `log` is redacted already. */
export function signatureOf(result: Result, log: HostLog): string {
  const step = result.step ?? 'preflight'
  switch (result.outcome) {
    case 'timeout':
      return `${step} was stopped at the recipe's deadline`
    case 'interrupted':
      return `${step} was interrupted`
    case 'fenced':
      return 'fenced: a newer rollout owns this host'
    case 'busy':
      return 'another rollout is still running on this host'
    case 'transfer':
      return withLastLine('the artefact did not arrive whole', log)
    case 'absent':
      return 'nothing was begun on this host'
    case 'broken':
      return withLastLine('the host could not begin', log)
    case 'ok':
      return 'succeeded, but what was read back is another release'
    case 'failed':
      return withLastLine(`${step} ${ended(result.code)}`, log)
    default:
      return result.outcome satisfies never
  }
}

/** A shell says 128 + n for a process that was killed by signal n. */
export function ended(code: number): string {
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)
  return signal && code > 128 ? `was killed by ${signal[0]}` : `exited ${code}`
}

export function withLastLine(text: string, log: HostLog): string {
  const lines = `${log.head}${log.cutBytes > 0 ? '\n' : ''}${log.tail}`.trimEnd().split('\n')
  const last = escapeControls((lines.findLast((line) => line.trim() !== '') ?? '').slice(0, 500).trim()).replaceAll(
    '`',
    "'",
  )
  if (last === '') return text
  const room = LONGEST - text.length - 4
  return `${text}: \`${last.length > room ? `${last.slice(0, room - 1)}…` : last}\``
}

/** Controls, bidi marks and line separators become visible. */
export function escapeControls(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, (character) => {
    const code = character.charCodeAt(0)
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
  })
}
