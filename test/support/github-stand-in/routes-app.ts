// The App as itself: where it is installed, its tokens, its webhook's deliveries. The deliveries' list comes from the hook.

import { type Call, installationOf, notFound, param, Refused, type Reply, type Route, repositoryOf } from './call.ts'
import type { Hook } from './hook.ts'
import { showApp, showPerson } from './show.ts'
import type { Tokens } from './token.ts'

const PERMISSIONS = { contents: 'read', metadata: 'read', deployments: 'write', checks: 'write', issues: 'write' }

export function appRoutes({ tokens, hook }: { tokens: Tokens; hook: Hook }): Record<string, Route> {
  return {
    'GET /app': asApp(({ world }) => ({ status: 200, body: showApp(world, world.app.id) })),
    'GET /repos/{owner}/{repo}/installation': asApp((call) => {
      return { status: 200, body: showInstallation(call, installationOf(call.world, repositoryOf(call)) ?? notFound()) }
    }),
    'GET /app/installations/{installation_id}': asApp((call) => {
      return { status: 200, body: showInstallation(call, Number(param(call, 'installation_id'))) }
    }),
    'POST /app/installations/{installation_id}/access_tokens': asApp((call) => {
      const id = Number(param(call, 'installation_id'))
      if (!call.world.installations.has(id)) notFound()
      return { status: 201, body: { ...tokens.give(id), permissions: PERMISSIONS, repository_selection: 'all' } }
    }),
    'GET /app/hook/config': asApp(() => {
      return { status: 200, body: { url: hook.url, content_type: 'json', insecure_ssl: '0', secret: '********' } }
    }),
    'GET /app/hook/deliveries': asApp(() => ({ status: 200, list: hook.attempts() })),
    'POST /app/hook/deliveries/{delivery_id}/attempts': asApp((call) => {
      if (!hook.redeliver(Number(param(call, 'delivery_id')))) notFound()
      return { status: 202, body: {} }
    }),
  }
}

function asApp(route: Route): Route {
  return (call): Reply => {
    if (call.caller.kind !== 'app') throw new Refused(401, 'A JSON web token could not be decoded')
    return route(call)
  }
}

function showInstallation({ world }: Call, id: number) {
  const account = world.installations.get(id) ?? notFound()
  return {
    ...{ id, account: showPerson(account), app_id: world.app.id, app_slug: world.app.slug, permissions: PERMISSIONS },
    ...{
      target_type: account.type,
      target_id: account.id,
      repository_selection: 'all',
      events: [],
      suspended_at: null,
    },
  }
}
