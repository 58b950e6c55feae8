// Engines of several processes on one store in memory, traced to one collector. Time is virtual but for the way to the collector.

import { MemoryJobs } from '../../src/adapters/memory/jobs.ts'
import type { Fortune } from '../../src/adapters/otel/delivery.ts'
import { openTracing, type Tracing } from '../../src/adapters/otel/open-tracing.ts'
import { readTraceSettings } from '../../src/adapters/otel/read-settings.ts'
import type { TraceSettings, Variables } from '../../src/adapters/otel/settings.ts'
import { createHide } from '../../src/apps/server/hide.ts'
import { Engine } from '../../src/engine/engine.ts'
import { rolloutWake, type Store } from '../../src/engine/ports.ts'
import type { Collector } from './otlp-collector.ts'
import { type House, inTime, openHouse } from './rollout-engine.ts'

export type TracedProcess = {
  engine: Engine
  tracing: Tracing
  failures: unknown[]
  /** What became of its spans: how many arrived, how many were lost, and why. */
  fate: { sent: number; lost: number; why: Set<string> }
}

export type TracedHouse = House & {
  begin(variables?: Variables): Promise<TracedProcess>
  /** Hands over as on SIGTERM, and delivers what it knows. */
  end(process: TracedProcess): Promise<void>
}

export function settingsOf(variables: Variables): TraceSettings {
  const reading = readTraceSettings(variables)
  if (reading.kind !== 'traces') throw new Error(JSON.stringify(reading))
  return reading.settings
}

export function openTracedHouse(collector: Pick<Collector, 'url'>, secrets: readonly string[] = []): TracedHouse {
  const house = openHouse()
  const { clock, ids, queue } = house
  return {
    ...house,
    async begin(variables = {}) {
      const settings = settingsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...variables })
      const service = { version: '0', host: 'here', pid: 1, instance: ids.next() }
      const fate = { sent: 0, lost: 0, why: new Set<string>() }
      const fortune: Fortune = {
        sent(spans) {
          fate.sent += spans
        },
        lost(spans, why) {
          fate.lost += spans
          fate.why.add(why)
        },
      }
      const now = () => clock.now()
      const tracing = openTracing({ settings, service, redact: createHide(secrets), fortune, now })
      const store = tracing.store(plain(house.store))
      const failures: unknown[] = []
      const engine = new Engine({
        ...{ store, clock, ids, remote: tracing.remote(house.remote) },
        jobs: new MemoryJobs(async () => (await store.pending()).map(rolloutWake), queue),
        failed: (_, error) => failures.push(error),
      })
      await engine.start()
      return { engine, tracing, failures, fate }
    },
    async end({ engine, tracing }) {
      await inTime(house, engine.stop())
      await tracing.close()
    },
  }
}

/** As the real store is: its methods are its own, and may be spread. */
export function plain(store: Store): Store {
  const names = [...Reflect.ownKeys(store), ...Reflect.ownKeys(Object.getPrototypeOf(store))]
  const get = (target: Store, name: string | symbol) => {
    const method: unknown = Reflect.get(target, name)
    return typeof method === 'function' ? method.bind(target) : method
  }
  return new Proxy(store, {
    get,
    ownKeys: () => [...new Set(names)],
    getOwnPropertyDescriptor: (target, name) => ({ value: get(target, name), configurable: true, enumerable: true }),
  })
}
