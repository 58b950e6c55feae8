// Holds an answer of the API against the API's own description: the path, the status, the type and every field.

import type { Hono } from 'hono'
import { z } from 'zod'
import type { WebEnv } from '../../src/web/who.ts'

const answers = z.record(z.string(), z.object({ content: z.record(z.string(), z.object({ schema: z.json() })) }))
const operation = z.object({ responses: answers })
const described = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), z.json()) }),
})

type Answered = { method: string; path: string; status: number; body: unknown; headers: Headers }

const known = new WeakMap<object, Promise<z.infer<typeof described>>>()
const checkers = new Map<string, z.ZodType>()

/** What is wrong with it; empty when nothing is. Paths that are not described may only be refused. */
export async function descriptionFaults(web: Hono<WebEnv>, answered: Answered): Promise<string[]> {
  const { method, path, status, body, headers } = answered
  const reading = known.get(web) ?? read(web)
  known.set(web, reading)
  const { paths, components } = await reading
  const [pathname = ''] = path.replace(/^\/api/, '').split('?')
  const fits = Object.keys(paths).filter((each) =>
    new RegExp(`^${each.replaceAll(/\{\w+\}/g, '[^/]*')}$`).test(pathname),
  )
  const [template] = fits.sort((a, b) => a.split('{').length - b.split('{').length)
  const found = template === undefined ? undefined : paths[template]?.[method.toLowerCase()]
  const answer = found?.responses[status] ?? (status >= 400 ? PROBLEM : undefined)
  if (!answer) return [`${status} is not described`]
  const [type = ''] = (headers.get('content-type') ?? '').split(';')
  const { schema } = answer.content[type] ?? {}
  if (schema === undefined) return [`the type is ${type}`]
  const checked = checkerOf(schema, components.schemas).safeParse(body)
  return checked.success ? [] : checked.error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`)
}

/** Holds a value against one of the description's named schemas. */
export async function schemaFaults(web: Hono<WebEnv>, name: string, value: unknown): Promise<string[]> {
  const { components } = await read(web)
  const checked = checkerOf({ $ref: `#/components/schemas/${name}` }, components.schemas).safeParse(value)
  return checked.success ? [] : checked.error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`)
}

const PROBLEM: z.infer<typeof answers>[string] = {
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

async function read(web: Hono<WebEnv>) {
  return described.parse(await (await web.request('/api/openapi.json')).json())
}

function checkerOf(schema: z.core.util.JSONType, schemas: Record<string, z.core.util.JSONType>): z.ZodType {
  const text = JSON.stringify(schema)
  const checker =
    checkers.get(text) ??
    z.fromJSONSchema(
      JSON.parse(JSON.stringify({ allOf: [schema], $defs: schemas }).replaceAll('#/components/schemas/', '#/$defs/')),
    )
  checkers.set(text, checker)
  return checker
}
