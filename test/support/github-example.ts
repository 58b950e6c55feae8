// GitHub's own examples of webhook payloads, made to fit a repository of a test.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

type Node = { [key: string]: unknown }

const all: { name: string; examples: Node[] }[] = JSON.parse(
  readFileSync(fileURLToPath(import.meta.resolve('@octokit/webhooks-examples')), 'utf8'),
)

/** The first example of an event (and action), with other values laid over it, object by object. */
export function example(event: string, over: object): object {
  const [name, action] = event.split('.')
  const found = all
    .find((each) => each.name === name)
    ?.examples.find((each) => action === undefined || each.action === action)
  if (!found) throw new Error(`GitHub has no example of ${event}`)
  return lay(found, over)
}

function lay(under: unknown, over: object): Node {
  const laid: Node = { ...(isNode(under) ? under : {}) }
  for (const [key, value] of Object.entries(over)) laid[key] = isNode(value) ? lay(laid[key], value) : value
  return laid
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
