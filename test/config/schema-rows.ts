// The rows that docs/configuration.md must have: one per key, from the JSON Schema. It writes nothing.

import { stringify } from 'yaml'
import { type JsonSchema, nodesAt } from '../../src/config/json-schema.ts'

/** Markdown table rows of the keys at a path: key, meaning, default, example. */
export function rowsAt(schema: JsonSchema, path: readonly (string | number)[]): string[] {
  const nodes = nodesAt(schema, path).filter(({ properties }) => properties !== undefined)
  return nodes.flatMap(({ properties = {}, required = [] }) =>
    Object.entries(properties).map(([key, node]) =>
      typeof node === 'object' ? row(key, node, required.includes(key)) : '',
    ),
  )
}

function row(key: string, node: JsonSchema, required: boolean): string {
  const [, meaning = '', fallback] = /^(.*?)(?: Default: (.*)\.)?$/s.exec(node.description ?? '') ?? []
  const example = stringify(node.examples?.[0], { collectionStyle: 'flow', lineWidth: 0 }).trim().replaceAll('|', '\\|')
  const absent = required ? 'required' : fallback === undefined ? '' : `\`${fallback}\``
  return `| \`${key}\` | ${meaning} | ${absent} | \`${example}\` |`
}

/** Every place that holds keys, `*` for a name of the team's own. */
export function sectionsOf(
  schema: JsonSchema,
  path: readonly (string | number)[] = [],
): (readonly (string | number)[])[] {
  const nodes = nodesAt(schema, path)
  const keys = nodes.flatMap(({ properties }) => Object.keys(properties ?? {}))
  const named = nodes.some(({ additionalProperties }) => typeof additionalProperties === 'object') ? ['*'] : []
  const listed = nodes.some(({ items }) => items !== undefined) ? [0] : []
  const inside = [...keys, ...named, ...listed].flatMap((step) => sectionsOf(schema, [...path, step]))
  return keys.length > 0 ? [path, ...inside] : inside
}
