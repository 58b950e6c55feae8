// The schemas that the API's description names. A schema that is not named here stands in the description where it is used.

import { z } from 'zod'

const registry = z.registry<{ id: string }>()

/** Names a schema: `#/components/schemas/<id>`. */
export function named<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  registry.add(schema, { id })
  return schema
}

/** All named schemas as JSON Schema, by name. `io`: bodies as they are sent, answers as they are given. */
export function namedSchemas(): Record<string, object> {
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}`, unrepresentable: 'any' })
  return Object.fromEntries(Object.entries(schemas).map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema]))
}

/** A named schema by its name. */
export function schemaOf(schema: z.core.$ZodType, io: 'input' | 'output'): object {
  const bare = schema instanceof z.ZodDefault ? schema.unwrap() : schema
  const name = registry.get(bare)?.id
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` }
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return described
}
