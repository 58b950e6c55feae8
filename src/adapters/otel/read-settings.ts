// Reads OpenTelemetry's variables, as its specification names them: opentelemetry.io/docs/specs/otel/configuration. Every fault
// names its variable; nobody traces by accident, and nobody believes to be traced who is not.

import { accessSync, constants } from 'node:fs'
import { parsePairs } from './pairs.ts'
import { readSampler } from './read-sampler.ts'
import type { TraceSettings, Variables } from './settings.ts'
import { createVariableReader, type VariableReader } from './variable-reader.ts'

export type TraceReading =
  | { kind: 'traces'; settings: TraceSettings }
  | { kind: 'none' }
  | { kind: 'faulty'; faults: readonly string[] }

const OTLP = 'OTEL_EXPORTER_OTLP'
/** The specification's is 2,048: less than one batch of a large rollout with its steps. */
const QUEUE_SPANS = 8_192
const BATCH_SPANS = 512
const DELAY_MS = 5_000
const TIMEOUT_MS = 10_000

/** Without an endpoint there are no traces: the specification's default, a collector on this machine, would be a guess. */
export function readTraceSettings(variables: Variables): TraceReading {
  const read = createVariableReader(variables)
  if (isOff(read)) return read.faults.length > 0 ? { kind: 'faulty', faults: read.faults } : { kind: 'none' }
  const settings = readAll(read)
  return read.faults.length > 0 ? { kind: 'faulty', faults: read.faults } : { kind: 'traces', settings }
}

function isOff(read: VariableReader): boolean {
  if (read.oneOf('OTEL_SDK_DISABLED', ['true', 'false']) === 'true') return true
  if (read.text(`${OTLP}_ENDPOINT`) === '' && read.text(`${OTLP}_TRACES_ENDPOINT`) === '') return true
  return read.oneOf('OTEL_TRACES_EXPORTER', ['otlp', 'none']) === 'none'
}

function readAll(read: VariableReader): TraceSettings {
  // A collector that takes protobuf by HTTP takes JSON at the same address; one that is asked by gRPC is at another.
  read.oneOf(special(read, 'PROTOCOL'), ['http/json', 'http/protobuf'])
  read.oneOf(special(read, 'COMPRESSION'), ['gzip', 'none'])
  for (const name of ['CERTIFICATE', 'CLIENT_KEY', 'CLIENT_CERTIFICATE']) mustBeReadable(read, special(read, name))
  const resource = read.parsed('OTEL_RESOURCE_ATTRIBUTES', parsePairs) ?? new Map<string, string>()
  const batchSpans = read.count('OTEL_BSP_MAX_EXPORT_BATCH_SIZE') ?? BATCH_SPANS
  return {
    endpoint: endpointOf(read),
    headers: new Map([...read.secrets(`${OTLP}_HEADERS`), ...read.secrets(`${OTLP}_TRACES_HEADERS`)]),
    timeoutMs: read.count(special(read, 'TIMEOUT')) ?? TIMEOUT_MS,
    ratio: readSampler(read),
    service: read.text('OTEL_SERVICE_NAME') || resource.get('service.name') || 'houston',
    attributes: Object.fromEntries(resource),
    queue: {
      mostSpans: Math.max(batchSpans, read.count('OTEL_BSP_MAX_QUEUE_SIZE') ?? QUEUE_SPANS),
      batchSpans,
      delayMs: read.count('OTEL_BSP_SCHEDULE_DELAY') ?? DELAY_MS,
    },
  }
}

/** The variable for traces alone where it is set, else the one for all signals. */
function special(read: VariableReader, name: string): string {
  const own = `${OTLP}_TRACES_${name}`
  return read.text(own) === '' ? `${OTLP}_${name}` : own
}

/** The one for traces is used as it is; to the common one the path is added. */
function endpointOf(read: VariableReader): string {
  const own = read.parsed(`${OTLP}_TRACES_ENDPOINT`, parseEndpoint)
  const common = read.parsed(`${OTLP}_ENDPOINT`, parseEndpoint)
  return own ?? `${common?.replace(/\/$/, '')}/v1/traces`
}

function parseEndpoint(text: string): string {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol)) throw new Error('is no http:// or https:// address')
  return url.href
}

function mustBeReadable(read: VariableReader, name: string): void {
  read.parsed(name, (file) => {
    try {
      accessSync(file, constants.R_OK)
    } catch (cause) {
      throw new Error('names a file that cannot be read', { cause })
    }
  })
}
