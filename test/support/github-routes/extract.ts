// Takes the routes that Houston calls out of GitHub's OpenAPI description, which is too large to depend on. Run by hand:
// `npm pack @octokit/openapi@23.0.2`, unpack it, `node extract.ts package/generated/api.github.com.json >routes.json`.

import { readFileSync } from 'node:fs'
import { argv, stdout } from 'node:process'
import { ROUTES } from './list.ts'

type Node = { [key: string]: unknown }

/** Words for people; they are most of the description. */
const WORDS = new Set(['description', 'example', 'examples', 'title', 'x-github', 'externalDocs', 'deprecated'])

const whole: unknown = JSON.parse(readFileSync(argv[2] ?? '', 'utf8'))

/** Without references and words. An object with listed properties takes no others, so that a wrong name is found. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (!isNode(value)) return value
  if (typeof value.$ref === 'string') return plain(resolve(value.$ref))
  const kept = Object.entries(value).filter(([key, inner]) => !(WORDS.has(key) && !isNode(inner)) && key !== 'x-github')
  const node = Object.fromEntries(kept.map(([key, inner]) => [key, plain(inner)]))
  const closed = node.type === 'object' && isNode(node.properties) && !('additionalProperties' in node)
  return closed ? { ...node, additionalProperties: false } : node
}

function resolve(reference: string): unknown {
  return at(whole, reference.slice(2).split('/'))
}

function at(value: unknown, [first, ...rest]: readonly string[]): unknown {
  if (first === undefined) return value
  if (!isNode(value)) throw new Error(`nothing at ${first}`)
  return at(value[first], rest)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const routes = ROUTES.map((route) => {
  const [method = '', path = ''] = route.split(' ')
  const operation = plain(at(whole, ['paths', path, method.toLowerCase()]))
  if (!isNode(operation)) throw new Error(`no route ${route}`)
  const { parameters = [], requestBody } = operation
  const body = isNode(requestBody)
    ? { required: requestBody.required ?? false, schema: at(requestBody, ['content', 'application/json', 'schema']) }
    : undefined
  return { method, path, parameters, ...(body && { body }) }
})

const from = "@octokit/openapi 23.0.2, GitHub's OpenAPI description. MIT, Copyright (c) 2020 Octokit contributors"
stdout.write(`${JSON.stringify({ from, routes }, null, 2)}\n`)
