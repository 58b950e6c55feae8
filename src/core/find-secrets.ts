// Finds every secret in a value, however deep, so that nobody has to remember to name each to the redactor.

import { Secret } from './secret.ts'

/** The texts of all secrets in here, without empty ones. For the redactor alone. */
export function findSecrets(value: unknown): string[] {
  if (value instanceof Secret) return value.reveal() === '' ? [] : [value.reveal()]
  if (value instanceof Map) return [...value.values()].flatMap(findSecrets)
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(findSecrets)
}
