// A refusal on a terminal: what, why, and the next thing to type.

import type { Refusal } from '../../../core/intent.ts'
import { refusalWords, type Words } from '../../words/refusal.ts'
import { type Line, styled } from '../screen/line.ts'

/** `environment`: as it is typed. */
export function refusalLines(refusal: Refusal, environment: string): Line[] {
  return wordsLines(refusalWords(refusal, environment, (command) => `houston ${command}`))
}

export function wordsLines({ what, why, next }: Words): Line[] {
  return [
    [styled('red', 'refused: '), what],
    ['  why   ', why],
    ['  next  ', styled('cyan', next)],
  ]
}
