// Takes secrets out of what a process says: those that it knows by their value, and what looks like one.

import { createRedactor } from '../../adapters/ssh/redact.ts'
import { hideTokens } from '../../core/hide-tokens.ts'

export function createHide(secrets: readonly string[]): (text: string) => string {
  const { text: hideKnown } = createRedactor(secrets)
  return (text) => hideTokens(hideKnown(text))
}
