// Traces of one process: what stands between the engine and its ports and tells, and the way to the collector. Loaded only where
// traces are wanted.

import type { Remote, Store } from '../../engine/ports.ts'
import type { InboxStore } from '../../engine/ports-inbox.ts'
import type { ProjectionStore } from '../../engine/ports-outside.ts'
import { createDelivery, type Fortune } from './delivery.ts'
import { createRecorder, type Service } from './recorder.ts'
import type { TraceSettings } from './settings.ts'
import { traceInbox } from './trace-inbox.ts'
import { traceProjections } from './trace-projections.ts'
import { traceRemote } from './trace-remote.ts'
import { traceStore } from './trace-store.ts'

export type Tracing = {
  store(store: Store): Store
  remote(remote: Remote): Remote
  inbox(store: InboxStore): InboxStore
  projections(store: ProjectionStore): ProjectionStore
  /** Delivers what is left, for two seconds at most. */
  close(): Promise<void>
}

export type TracingOptions = {
  settings: TraceSettings
  service: Service
  /** Takes secrets out of what leaves. */
  redact: (text: string) => string
  fortune: Fortune
  /** ms since 1970. */
  now: () => number
}

export function openTracing({ settings, service, redact, fortune, now }: TracingOptions): Tracing {
  const { processor, close } = createDelivery(settings, fortune)
  const tell = createRecorder({ settings, service, processor, redact })
  return {
    store: traceStore(tell),
    remote: traceRemote(tell, now),
    inbox: traceInbox(tell, now),
    projections: traceProjections(tell, now),
    close,
  }
}
