// OpenTelemetry's variables: what they mean here, and which fault is told of what is none of theirs.

import { describe, expect, it } from 'vitest'
import { readTraceSettings } from '../../../src/adapters/otel/read-settings.ts'
import type { Variables } from '../../../src/adapters/otel/settings.ts'
import { settingsOf } from '../../support/traced-house.ts'

const there = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }
const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = there

describe('there are no traces', () => {
  it.each<[string, Variables]>([
    ['without an endpoint', { OTEL_SERVICE_NAME: 'houston', OTEL_TRACES_SAMPLER: 'nonsense' }],
    ['with an empty one', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }],
    ['when they are disabled', { ...there, OTEL_SDK_DISABLED: 'TRUE', OTEL_TRACES_SAMPLER: 'nonsense' }],
    ['when nothing exports them', { ...there, OTEL_TRACES_EXPORTER: 'none' }],
  ])('%s', (_, variables) => {
    expect(readTraceSettings(variables)).toEqual({ kind: 'none' })
  })
})

describe('where to', () => {
  it.each<[Variables, string]>([
    [there, `${endpoint}/v1/traces`],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://acme.dev/otlp/' }, 'https://acme.dev/otlp/v1/traces'],
    [{ ...there, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://other:1/mine' }, 'http://other:1/mine'],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://other:1' }, 'http://other:1/'],
  ])('%o', (variables, expected) => {
    expect(settingsOf(variables).endpoint).toBe(expected)
  })
})

describe('how much', () => {
  it.each<[Variables, number]>([
    [{}, 1],
    [{ OTEL_TRACES_SAMPLER: 'always_on' }, 1],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, 0],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' }, 0.25],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }, 0],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio' }, 1],
  ])('%o is %d', (variables, expected) => {
    expect(settingsOf({ ...there, ...variables }).ratio).toBe(expected)
  })
})

describe('a bad value is told with its variable, and none is shown that may be secret', () => {
  it.each<[string, string, string]>([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318', 'is no http:// or https:// address'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', '/v1/traces', 'is no http:// or https:// address'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', 'must be one of http/json, http/protobuf'],
    ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'grpc', 'must be one of http/json, http/protobuf'],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', 'br', 'must be one of gzip, none'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'secret', 'must be a list like key=value,key=value; entry 1 is none'],
    ['OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'a=b,c=%E0%A4', 'has a broken percent sign in entry 2'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '-1', 'must be a whole number above 0'],
    ['OTEL_EXPORTER_OTLP_CERTIFICATE', '/nowhere/ca.pem', 'names a file that cannot be read'],
    ['OTEL_RESOURCE_ATTRIBUTES', '=x', 'must be a list like key=value,key=value; entry 1 is none'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', 'many', 'must be a whole number above 0'],
    ['OTEL_SDK_DISABLED', 'yes', 'must be one of true, false'],
    ['OTEL_TRACES_EXPORTER', 'zipkin', 'must be one of otlp, none'],
    [
      'OTEL_TRACES_SAMPLER',
      'sometimes',
      'must be one of always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off, parentbased_traceidratio',
    ],
  ])('%s=%s', (name, value, fault) => {
    expect(readTraceSettings({ ...there, [name]: value })).toEqual({ kind: 'faulty', faults: [`${name} ${fault}`] })
  })

  it('a share that is none', () => {
    const reading = readTraceSettings({ ...there, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '1.5' })
    expect(reading).toEqual({ kind: 'faulty', faults: ['OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1'] })
  })

  it('all at once', () => {
    const reading = readTraceSettings({ ...there, OTEL_EXPORTER_OTLP_HEADERS: 'secret', OTEL_TRACES_SAMPLER: 'x' })
    expect(reading.kind === 'faulty' && reading.faults).toHaveLength(2)
    expect(JSON.stringify(reading)).not.toContain('secret')
  })
})

it('a key in a header is never printed', () => {
  const settings = settingsOf({ ...there, OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20hunter22' })
  expect(settings.headers.get('authorization')?.reveal()).toBe('Bearer hunter22')
  expect(JSON.stringify([...settings.headers])).not.toContain('hunter22')
})
