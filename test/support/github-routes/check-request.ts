// Holds a request against GitHub's own description of the route: path, method, query and body. It sends nothing.

import { readFileSync } from 'node:fs'
import { z } from 'zod'

export type Sent = { method: string; path: string; body: unknown }

const described = z.object({
  routes: z.array(
    z.object({
      method: z.string(),
      path: z.string(),
      parameters: z.array(
        z.object({ in: z.string(), name: z.string(), required: z.boolean().optional(), schema: z.unknown() }),
      ),
      body: z.object({ required: z.boolean(), schema: z.unknown() }).optional(),
    }),
  ),
})

const { routes } = described.parse(JSON.parse(readFileSync(new URL('./routes.json', import.meta.url), 'utf8')))
type Route = (typeof routes)[number]

/** What is wrong with it; empty when nothing is. */
export function requestFaults({ method, path, body }: Sent): string[] {
  const [pathname = '', search = ''] = path.replace(/^\/api\/v3/, '').split('?')
  const matches = routes.filter((route) => route.method === method && matcher(route).test(pathname))
  // The most literal one, as a server would choose.
  const route = matches.sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0]
  if (!route) return [`${method} ${pathname}: no such route`]
  const query = new URLSearchParams(search)
  const faults = [...pathFaults(route, pathname), ...queryFaults(route, query), ...bodyFaults(route, body)]
  return faults.map((fault) => `${method} ${pathname}: ${fault}`)
}

function matcher({ path }: Route): RegExp {
  return new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`)
}

function pathFaults(route: Route, pathname: string): string[] {
  const values = matcher(route).exec(pathname)?.groups ?? {}
  return route.parameters
    .filter((parameter) => parameter.in === 'path')
    .flatMap(({ name, schema }) => schemaFaults(name, schema, typed(decodeURIComponent(values[name] ?? ''), schema)))
}

function queryFaults(route: Route, query: URLSearchParams): string[] {
  const known = route.parameters.filter((parameter) => parameter.in === 'query')
  const unknown = [...query.keys()].filter((key) => !known.some(({ name }) => name === key))
  const missing = known.filter(({ name, required }) => required && !query.has(name))
  return [
    ...unknown.map((key) => `unknown parameter ${key}`),
    ...missing.map(({ name }) => `parameter ${name} is missing`),
    ...known.flatMap(({ name, schema }) =>
      query.getAll(name).flatMap((value) => schemaFaults(name, schema, typed(value, schema))),
    ),
  ]
}

function bodyFaults(route: Route, body: unknown): string[] {
  const empty = body === undefined || body === ''
  if (!route.body) return empty ? [] : ['it takes no body']
  if (empty) return route.body.required ? ['its body is missing'] : []
  return schemaFaults('body', route.body.schema, body)
}

/** A text of an address as the number that its schema wants. */
function typed(value: string, schema: unknown): unknown {
  const wanted = z.object({ type: z.string() }).safeParse(schema).data?.type
  return (wanted === 'integer' || wanted === 'number') && /^-?\d+$/.test(value) ? Number(value) : value
}

function schemaFaults(name: string, schema: unknown, value: unknown): string[] {
  const json = z.record(z.string(), z.json()).parse(schema)
  const result = z.fromJSONSchema(json, { defaultTarget: 'openapi-3.0' }).safeParse(value)
  return result.error?.issues.map(({ path, message }) => `${[name, ...path].join('.')}: ${message}`) ?? []
}
