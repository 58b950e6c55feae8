// GitHub's answers behind nock: the stand-in's routes in this process, so that what is sent meets what was written before. Every
// request is held against GitHub's description by the edge.

import { API, type Edge } from './github-edge.ts'
import { Refused, type Reply, type Route } from './github-stand-in/call.ts'
import { checkRoutes } from './github-stand-in/routes-checks.ts'
import { codeRoutes } from './github-stand-in/routes-code.ts'
import { deploymentRoutes } from './github-stand-in/routes-deployments.ts'
import { peopleRoutes } from './github-stand-in/routes-people.ts'
import { talkRoutes } from './github-stand-in/routes-talk.ts'
import type { World } from './github-stand-in/world.ts'

const ROUTES: Readonly<Record<string, Route>> = {
  ...{ ...checkRoutes, ...codeRoutes, ...deploymentRoutes, ...peopleRoutes, ...talkRoutes },
}

/** `trouble`: answers in the place of GitHub, when it answers at all. */
export type Trouble = (request: { method: string; path: string }) => [status: number, body: object] | undefined

export function answerFrom(edge: Edge, world: World, trouble: Trouble): void {
  const [installation = 0] = world.installations.keys()
  const scope = edge.scope.persist()
  for (const method of ['GET', 'POST', 'PATCH'])
    scope
      .intercept(/./, method)
      .optionally()
      .reply(async (request: Request) => {
        const { pathname: path, searchParams: query } = new URL(request.url)
        const text = await request.clone().text()
        const body: unknown = text === '' ? undefined : JSON.parse(text)
        const instead = trouble({ method, path })
        const { status, body: answer } = instead
          ? { status: instead[0], body: instead[1] }
          : answered(world, installation, { method, path, query, body })
        return [status, JSON.stringify(answer), { 'content-type': 'application/json' }]
      })
}

type Asked = { method: string; path: string; query: URLSearchParams; body: unknown }
type Answer = { status: number; body: unknown }

function answered(world: World, installation: number, { method, path, query, body }: Asked): Answer {
  if (path.endsWith('/installation')) return { status: 200, body: { id: installation } }
  if (path.endsWith('/access_tokens'))
    return { status: 201, body: { token: 'ghs_test', expires_at: '2100-01-01T00:00:00Z', permissions: {} } }
  for (const [name, route] of Object.entries(ROUTES)) {
    const params = match(name, method, path)
    if (!params) continue
    const caller = { kind: 'installation', id: installation } as const
    try {
      return shown(route({ world, caller, params, query, body, emit: () => {}, base: API }))
    } catch (error) {
      return { status: error instanceof Refused ? error.status : 422, body: { message: String(error) } }
    }
  }
  return { status: 404, body: { message: `nobody answers ${method} ${path}` } }
}

function match(name: string, method: string, path: string): Record<string, string> | undefined {
  const [verb, pattern = ''] = name.split(' ')
  const keys = [...pattern.matchAll(/\{(\w+)\}/g)].map(([, key = '']) => key)
  const values = new RegExp(`^${pattern.replace(/\{\w+\}/g, '([^/]+)')}$`).exec(path)?.slice(1)
  if (verb !== method || !values) return undefined
  return Object.fromEntries(keys.map((key, index) => [key, decodeURIComponent(values[index] ?? '')]))
}

/** All on one page. */
function shown(reply: Reply): Answer {
  if ('location' in reply) return { status: 302, body: {} }
  if (!('list' in reply)) return { status: reply.status, body: reply.body ?? {} }
  const { list, envelope } = reply
  return { status: 200, body: envelope === undefined ? list : { total_count: list.length, [envelope]: list } }
}
