// How a key of a schema is described, and how the text parsers of this room become zod schemas. No key stands here.

import { z } from 'zod'
import type { Flaw, Parsed, Path } from '../fault.ts'

/** What a schema says of a key: editors, faults and docs/configuration.md show it. `fallback`: the value when it is absent. */
export type About = { description: string; example: unknown; fallback?: unknown }

/** Describes a key that may be absent. */
export function optional<T extends z.ZodType>(schema: T, about: About): z.ZodExactOptional<T> {
  return schema.meta({ ...about }).exactOptional()
}

/** Describes a key that must be there. */
export function required<T extends z.ZodType>(schema: T, about: About): T {
  return schema.meta({ ...about })
}

/** A text or number whose syntax a parser of this room knows. */
export function parsed<S extends z.ZodType, T>(schema: S, parse: (input: z.output<S>) => Parsed<T>) {
  return schema.transform((input: z.output<S>, context): T => {
    const result = parse(input)
    if (result.kind === 'ok') return result.value
    context.addIssue({ code: 'custom', message: result.message, params: { write: result.write } })
    return z.NEVER
  })
}

/** Keys of a team's own choice, at least one of them. */
export function named<T extends z.ZodType>(value: T, rule: (name: string) => Parsed<string>) {
  return ruled(z.record(z.string(), value), (record) => {
    const names = Object.keys(record)
    if (names.length === 0) return [{ path: [], message: 'is empty' }]
    return names.flatMap((name): Flaw[] => {
      const result = rule(name)
      if (result.kind === 'ok') return []
      return [{ path: [name], at: 'key', message: result.message, ...(result.write && { write: result.write }) }]
    })
  })
}

/** A rule over several keys. It runs also when keys are faulty, so it may look only at which keys there are. */
export function ruled<T extends z.ZodType>(schema: T, rule: (value: object) => Flaw[]): T {
  return schema.superRefine(
    (value, context) => {
      // A misspelt key explains why none of the known ones is there: one fault is enough.
      const misspelt = context.issues.some(({ code, path = [] }) => code === 'unrecognized_keys' && path.length === 0)
      for (const { path, message, write, at } of rule(Object(value))) {
        if (misspelt && path.length === 0) continue
        context.addIssue({ code: 'custom', path: [...path], message, params: { write, at } })
      }
    },
    { when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value) },
  )
}

/** A rule that exactly one, or at most one, of some keys is there. */
export function oneOf(keys: readonly string[], least: 0 | 1): (value: object) => Flaw[] {
  return (value) => {
    const present = keys.filter((key) => Object.hasOwn(value, key))
    const list = keys.join(', ')
    if (present.length < least) return [{ path: [], message: `needs one of ${list}` }]
    const path: Path = present.slice(1, 2)
    return present.length > 1
      ? [{ path, at: 'key', message: `excludes ${present[0]}`, write: `only one of ${list}` }]
      : []
  }
}

export const textOrNumber = z.union([z.string(), z.number()])
