// What a test expects of a file's faults, in one line each: `line:column path: message`. It checks nothing itself.

import { readConfig } from '../../src/config/read-config.ts'

/** A file that is right but for what a test puts into it. */
export function houston(changes: {
  release?: string
  recipe?: string
  environment?: string
  zones?: string
  top?: string
}): string {
  return [
    'application: storefront',
    `release: ${changes.release ?? '{ from: none }'}`,
    `recipe: ${changes.recipe ?? '{}'}`,
    'environments:',
    '  production:',
    `    zones: ${changes.zones ?? '{ a: [web01] }'}`,
    ...(changes.environment === undefined ? [] : [`    ${changes.environment}`]),
    ...(changes.top === undefined ? [] : [changes.top]),
    '',
  ].join('\n')
}

export function faultLines(text: string): string[] {
  const result = readConfig(text, 'houston.yml')
  if (result.kind === 'ok') return []
  return result.faults.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`)
}
