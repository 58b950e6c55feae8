// A real server that deploys to real hosts and is traced: what an operator finds in the collector, and what happens without one.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Collector, openCollector } from '../../support/otlp-collector.ts'
import { openTerminal, type Terminal } from '../cli/houston-process.ts'

const key = 'hunter22-of-the-collector'

let collector: Collector
let terminal: Terminal
beforeAll(async () => {
  collector = await openCollector()
  terminal = await openTerminal(['web1', 'web2'], {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: `x-key=${key}`,
  })
}, 60_000)
afterAll(async () => {
  await terminal?.close()
  collector?.close()
})

it('a rollout is delivered by the time the server has ended', { timeout: 60_000 }, async () => {
  const server = await terminal.serve()
  expect((await terminal.run('deploy', 'prod', 'r1', '--yes')).code).toBe(0)
  server.child.kill('SIGTERM')
  const { code, err } = await server.ended
  expect({ code, key: err.includes(key) }).toEqual({ code: 0, key: false })
  expect(collector.headers[0]?.['x-key']).toBe(key)
  const [root] = collector.spans.filter(({ parent }) => parent === undefined)
  expect(root).toMatchObject({ name: 'deploy shop/production', fault: undefined })
  const { spans } = collector
  const names = (parent: string | undefined) => spans.filter((span) => span.parent === parent).map(({ name }) => name)
  const [stage] = spans.filter(({ name }) => name.startsWith('stage'))
  expect(names(root?.id).sort()).toEqual(['gates', stage?.name])
  expect(names(stage?.id)).toEqual(['host', 'host'])
  for (const host of spans.filter(({ name }) => name === 'host')) {
    expect(names(host.id)).toContain('start')
    for (const step of spans.filter(({ parent }) => parent === host.id)) {
      expect(step.from).toBeGreaterThanOrEqual(host.from)
      expect(step.to).toBeLessThanOrEqual(host.to)
    }
  }
  expect(root?.resource).toMatchObject({ 'service.name': 'houston' })
})

it('a terminal that carries a rollout out itself delivers it too, and loses nothing but traces without a collector', {
  timeout: 60_000,
}, async () => {
  collector.spans.length = 0
  expect((await terminal.run('deploy', 'prod', 'r2', '--yes')).code).toBe(0)
  expect(collector.spans.filter(({ parent }) => parent === undefined)).toMatchObject([
    { name: 'deploy shop/production' },
  ])
  collector.mood = 401
  const { code, err } = await terminal.run('deploy', 'prod', 'r3', '--yes')
  expect(code).toBe(0)
  expect(err.match(/traces are lost; rollouts go on.*/g)).toHaveLength(1)
  expect(err).not.toContain(key)
})

it('without an endpoint nothing of OpenTelemetry is loaded', { timeout: 60_000 }, async () => {
  const tell = `import { registerHooks } from 'node:module'
    const resolve = (name, context, next) => {
      if (name.startsWith('@opentelemetry')) process.stderr.write('loads ' + name)
      return next(name, context)
    }
    registerHooks({ resolve })`
  const told = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(tell)}` }
  const traced = { ...told, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
  const loads = async (variables: Record<string, string>) => {
    const other = await openTerminal(['web1'], variables)
    const { code, err } = await other.run('deploy', 'prod', 'r1', '--yes')
    await other.close()
    expect(code).toBe(0)
    return err.includes('loads @opentelemetry/')
  }
  expect([await loads(told), await loads(traced)]).toEqual([false, true])
})

describe('at the start', () => {
  it('a bad value ends it, by its name and what is wrong', { timeout: 60_000 }, async () => {
    const wrong = await openTerminal(['web1'], {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
      OTEL_TRACES_SAMPLER: 'sometimes',
    })
    const { code, err } = await wrong.run('serve', '--listen', '127.0.0.1:0')
    await wrong.close()
    expect(code).toBe(2)
    expect(err).toMatch(/OTEL_EXPORTER_OTLP_ENDPOINT is no http:\/\/ or https:\/\/ address/)
    expect(err).toMatch(/OTEL_TRACES_SAMPLER must be one of/)
  })
})
