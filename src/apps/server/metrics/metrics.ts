// The measures of one process, in a registry of its own: what is counted on the way, and what is looked at when somebody asks.
// Nothing here changes what is measured.

import type { Server } from 'node:http'
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Fortune } from '../../../adapters/otel/delivery.ts'
import type { Secret } from '../../../core/secret.ts'
import type { Remote, Store } from '../../../engine/ports.ts'
import type { Backlog } from '../../../engine/ports-backlog.ts'
import type { Surface } from '../../../engine/ports-outside.ts'
import { VERSION } from '../../version.ts'
import type { Routes } from '../serve-http.ts'
import { createPlaceLabels } from './bound-labels.ts'
import { createBacklogMeter } from './measure-backlog.ts'
import { measureHttp } from './measure-http.ts'
import { createRemoteMeter } from './measure-remote.ts'
import { createSpanMeter } from './measure-spans.ts'
import { createStoreMeter } from './measure-store.ts'
import { createSurfaceMeter } from './measure-surface.ts'
import { metricsRoutes } from './metrics-routes.ts'

/** What stands between the engine and its ports and counts. */
export type Meters = {
  store(store: Store): Store
  remote(remote: Remote): Remote
  surface<Content>(surface: Surface<Content>): Surface<Content>
  opened(sights: Sights): void
}

/** What can be looked at once the process works. */
export type Sights = { backlog: Backlog; sessions: () => number }

export type Metrics = Meters & {
  routes: Routes
  http(server: Server): void
  /** Traces on their way. */
  spans: Fortune
}

/** With a token, only who has it may read them; without, only who is on this machine. */
export function openMetrics(token?: Secret): Metrics {
  const register = new Registry()
  const labels = createPlaceLabels()
  let sights: Sights | undefined
  collectDefaultMetrics({ register })
  const backlog = createBacklogMeter({ register, labels, backlog: () => sights?.backlog })
  const used = gaugesOf(register)
  const render = async () => {
    used.set(sights?.sessions() ?? 0)
    await backlog.look()
    return { type: register.contentType, text: await register.metrics() }
  }
  return {
    routes: metricsRoutes(render, token),
    store: createStoreMeter({ register, labels }),
    remote: createRemoteMeter(register),
    surface: createSurfaceMeter(register),
    http: (server) => measureHttp(server, register),
    spans: createSpanMeter(register),
    opened(now) {
      sights = now
    },
  }
}

function gaugesOf(register: Registry): Gauge {
  const registers = [register]
  const help = 'The release of Houston that runs here.'
  new Gauge({ name: 'houston_build_info', help, labelNames: ['version'], registers }).set({ version: VERSION }, 1)
  return new Gauge({ name: 'houston_ssh_sessions', help: 'SSH sessions in use by this process.', registers })
}
