// zod's issues in words: what is wrong with which key, and what to write instead. All of them, none twice.

import { stringify } from 'yaml'
import type { z } from 'zod'
import { suggest } from '../core/suggest.ts'
import type { Flaw, Path } from './fault.ts'
import { exampleAt, type JsonSchema, keysAt } from './json-schema.ts'
import { hintFor } from './later.ts'
import { show } from './printable.ts'

type Issue = z.core.$ZodIssue

/** `root` is the value that was checked, `schema` its JSON Schema: examples and known keys come from there. */
export type Checked = { root: unknown; schema: JsonSchema }

export function explain(issues: readonly Issue[], checked: Checked, prefix: Path = []): Flaw[] {
  return issues.flatMap((issue) => explainOne(issue, checked, [...prefix, ...issue.path.map(asStep)]))
}

function explainOne(issue: Issue, checked: Checked, path: Path): Flaw[] {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, checked, path))
    case 'invalid_union':
      return explainUnion(issue, checked, path)
    case 'invalid_type':
      return [
        issue.message.startsWith('Invalid input')
          ? wrongKind(issue.expected, checked, path)
          : advised(issue.message, checked, path),
      ]
    case 'invalid_value':
      return [wrongWord(issue.values.map(String), checked, path)]
    case 'custom':
      return [custom(issue, path)]
    default:
      return [advised(issue.message, checked, path)]
  }
}

function unknownKey(key: string, { schema }: Checked, path: Path): Flaw {
  const place: Flaw = { path: [...path, key], at: 'key', message: 'is not a key here' }
  const hint = hintFor(path, key)
  if (hint !== undefined) return { ...place, ...hint }
  const keys = keysAt(schema, path)
  const near = suggest(key, keys)
  if (near !== undefined) return { ...place, message: `is not a key here: did you mean ${near}?`, write: near }
  return keys.length === 0 ? place : { ...place, write: `one of ${keys.join(', ')}` }
}

/** Alternatives differ by their kind (text, list, keys), so the one that was meant is the one whose kind fits. */
function explainUnion(issue: z.core.$ZodIssueInvalidUnion, checked: Checked, path: Path): Flaw[] {
  const [meant] = issue.errors.filter((branch) => !branch.some(isOtherKind)).sort((a, b) => a.length - b.length)
  return meant === undefined ? [wrongKind(undefined, checked, path)] : explain(meant, checked, path)
}

function isOtherKind(issue: Issue): boolean {
  if (issue.path.length > 0) return false
  return (
    issue.code === 'invalid_type' ||
    (issue.code === 'invalid_union' && issue.errors.every((branch) => branch.some(isOtherKind)))
  )
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys with values',
  record: 'keys with values',
}

function wrongKind(expected: string | undefined, checked: Checked, path: Path): Flaw {
  const value = valueAt(checked.root, path)
  if (value === undefined) return advised('is missing', checked, path)
  if (value === null) return { ...advised('is empty', checked, path), at: 'key' }
  const wanted = expected === undefined ? undefined : KINDS[expected]
  return advised(
    `is ${kindOf(value)}${wanted === undefined ? ', which cannot stand here' : `, not ${wanted}`}`,
    checked,
    path,
  )
}

function wrongWord(words: readonly string[], checked: Checked, path: Path): Flaw {
  const value = valueAt(checked.root, path)
  if (value === undefined || value === null) return wrongKind(undefined, checked, path)
  const near = typeof value === 'string' ? suggest(value, words) : undefined
  return { path, message: `is ${kindOf(value)}, not one of ${words.join(', ')}`, write: near ?? words.join(' or ') }
}

function advised(message: string, { schema }: Checked, path: Path): Flaw {
  const example = exampleAt(schema, path)
  if (example === undefined) return { path, message }
  const written = stringify(example, { collectionStyle: 'flow', lineWidth: 0 }).trim()
  const key = path.at(-1)
  return { path, message, write: typeof key === 'string' ? `for example ${key}: ${written}` : `for example ${written}` }
}

function custom(issue: z.core.$ZodIssueCustom, path: Path): Flaw {
  const write: unknown = issue.params?.write
  const at: unknown = issue.params?.at
  const place: Flaw = { path, message: issue.message, at: at === 'key' ? 'key' : 'value' }
  return typeof write === 'string' ? { ...place, write } : place
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'keys with values'
  return typeof value === 'string' ? show(value) : String(value)
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => {
    const holder: object = Object(value)
    return Object.hasOwn(holder, step) ? Reflect.get(holder, step) : undefined
  }, root)
}

function asStep(step: PropertyKey): string | number {
  return typeof step === 'symbol' ? String(step) : step
}
