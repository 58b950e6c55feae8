// JSON Schema of the files of this room, for editors and for the words in faults. Made from the zod schemas, never by hand.

import { z } from 'zod'
import type { Path } from './fault.ts'
import { houstonFileSchema } from './schema/houston.ts'
import { settingsFileSchema } from './schema/settings.ts'

export type JsonSchema = z.core.JSONSchema.BaseSchema

/** The JSON Schema (draft 2020-12) of houston.yml: every key with its description, an example and its default. */
export function houstonSchema(): JsonSchema {
  return { title: 'houston.yml', ...toJsonSchema(houstonFileSchema) }
}

/** The same for houston.server.yml. */
export function settingsSchema(): JsonSchema {
  return { title: 'houston.server.yml', ...toJsonSchema(settingsFileSchema) }
}

/** Made once per schema: it takes milliseconds. */
const made = new WeakMap<z.ZodType, JsonSchema>()

/** Every node as an input is written, not as it is read. */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  const known = made.get(schema)
  if (known !== undefined) return known
  const fresh = z.toJSONSchema(schema, { io: 'input', override: ({ jsonSchema }) => rename(jsonSchema) })
  made.set(schema, fresh)
  return fresh
}

/** What the schema says at a path: one node, or one per alternative. */
export function nodesAt(root: JsonSchema, path: Path): JsonSchema[] {
  return path.reduce<JsonSchema[]>((nodes, step) => nodes.flatMap((node) => below(node, step)), alternatives(root))
}

/** The keys that may stand at a path. */
export function keysAt(root: JsonSchema, path: Path): string[] {
  return [...new Set(nodesAt(root, path).flatMap((node) => Object.keys(node.properties ?? {})))]
}

/** An example of what may stand at a path. */
export function exampleAt(root: JsonSchema, path: Path): unknown {
  return nodesAt(root, path).flatMap((node) => node.examples ?? [])[0]
}

function rename(node: JsonSchema): void {
  const { example, fallback, description } = node
  delete node.example
  delete node.fallback
  if (example !== undefined) node.examples = [example]
  if (fallback !== undefined)
    node.description = `${description} Default: ${typeof fallback === 'string' ? fallback : JSON.stringify(fallback)}.`
}

function below(node: JsonSchema, step: string | number): JsonSchema[] {
  const properties = node.properties ?? {}
  const own = typeof step === 'string' && Object.hasOwn(properties, step) ? properties[step] : undefined
  const next = own ?? (typeof step === 'number' ? node.items : node.additionalProperties)
  return typeof next === 'object' && !Array.isArray(next) ? alternatives(next) : []
}

function alternatives(node: JsonSchema): JsonSchema[] {
  return [node, ...(node.anyOf ?? []).flatMap((one) => (typeof one === 'object' ? alternatives(one) : []))]
}
