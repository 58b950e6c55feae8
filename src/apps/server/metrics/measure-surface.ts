// Counts the calls to an outside world, GitHub or Slack, and how long each took. It reads nothing of what is written there.

import { Counter, Histogram, type Registry } from 'prom-client'
import type { Surface } from '../../../engine/ports-outside.ts'

const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8]

/** The same surface, counted. */
export function createSurfaceMeter(register: Registry): <Content>(surface: Surface<Content>) => Surface<Content> {
  const labelNames = ['surface', 'call'] as const
  const calls = new Counter({
    name: 'houston_outside_calls_total',
    help: 'Calls to GitHub and Slack about rollouts, by how they were answered.',
    labelNames: [...labelNames, 'outcome'],
    registers: [register],
  })
  const durations = new Histogram({
    name: 'houston_outside_call_duration_seconds',
    help: 'How long GitHub and Slack took to answer.',
    labelNames,
    buckets: SECONDS,
    registers: [register],
  })
  return ({ outside, ...surface }) => {
    const counted = async <Answer extends { kind: string }>(call: string, answer: Promise<Answer>): Promise<Answer> => {
      const end = durations.startTimer({ surface: surface.name, call })
      const outcome = await answer.then(
        ({ kind }) => kind,
        () => 'error',
      )
      end()
      calls.inc({ surface: surface.name, call, outcome })
      return await answer
    }
    return {
      ...surface,
      outside: {
        find: (object, signal) => counted('find', outside.find(object, signal)),
        create: (object, signal) => counted('create', outside.create(object, signal)),
        update: (id, object, signal) => counted('update', outside.update(id, object, signal)),
      },
    }
  }
}
