// The API as a room of the web app, under /api: its routes, its streams, and its own description.

import { Hono } from 'hono'
import type { Room } from '../app.ts'
import type { WebEnv } from '../who.ts'
import { askRoutes } from './asks.ts'
import type { ApiDeps } from './deps.ts'
import { describeApi } from './describe.ts'
import { watchDesk } from './desk-away.ts'
import { environmentRoutes } from './environments.ts'
import { serveStreams } from './events.ts'
import { OAUTH_PATHS, oauthRoom } from './oauth.ts'
import { pastRoutes } from './past.ts'
import { probeRoute } from './probe.ts'
import { NOT_FOUND, NOT_TAKEN } from './problem.ts'
import { recordRoutes } from './records.ts'
import { referencePage } from './reference.ts'
import { rolloutRoutes } from './rollouts.ts'
import type { Route } from './route.ts'
import { problemOr, serveRoute } from './serve-route.ts'

export function createApi(given: ApiDeps): Room {
  const deps = { ...given, desk: watchDesk(given.desk) }
  const routes = routesOf(deps)
  const description = describeApi(routes, deps.version)
  const app = new Hono<WebEnv>()
  app.get('/openapi.json', (context) => context.json(description))
  const view = referencePage(description)
  app.get('/docs', (context) => deps.frame(context, { title: 'API', view }))
  for (const [path, serve] of Object.entries(serveStreams(deps))) app.get(honoPath(path), serve)
  app.route('/', oauthRoom(deps))
  for (const route of routes) app.on(route.method.toUpperCase(), honoPath(route.path), serveRoute(deps, route))
  for (const path of new Set([...routes.map((route) => route.path), ...Object.values(OAUTH_PATHS)]))
    app.all(honoPath(path), (context) => problemOr(context, NOT_TAKEN))
  app.all('*', (context) => problemOr(context, NOT_FOUND))
  return { path: '/api', app }
}

function routesOf(deps: ApiDeps): Route[] {
  return [
    ...rolloutRoutes(deps),
    ...askRoutes(deps),
    ...environmentRoutes(deps),
    probeRoute(deps),
    ...pastRoutes(deps),
    ...recordRoutes(deps),
  ]
}

/** `{name}` as Hono writes it. */
function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1')
}
